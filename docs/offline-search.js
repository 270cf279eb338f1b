// Search works when the site is opened from its files: browsers start no worker there, so a hidden frame takes its place.
// The theme would load such a stand-in from another server; docs/hooks/generate.py puts this one in.
class IFrameWorker extends EventTarget {
  constructor(url) {
    super();
    this.frame = document.createElement("iframe");
    this.frame.hidden = true;
    this.ready = new Promise((resolve) => this.frame.addEventListener("load", resolve));
    this.frame.srcdoc = `<!doctype html><body><script>
      IFrameWorker = true;
      postMessage = (data) => parent.dispatchEvent(new MessageEvent("search-answer", { data }));
      importScripts = (...scripts) => scripts.reduce((before, src) => before.then(() => new Promise((resolve) => {
        const script = document.body.appendChild(document.createElement("script"));
        script.onload = resolve;
        script.src = src;
      })), Promise.resolve());
    <\/script><script src="${url}"><\/script></body>`;
    addEventListener("search-answer", ({ data }) => this.dispatchEvent(new MessageEvent("message", { data })));
    document.body.append(this.frame);
  }

  postMessage(data) {
    this.ready.then(() => this.frame.contentWindow.dispatchEvent(new MessageEvent("message", { data })));
  }

  terminate() {
    this.frame.remove();
  }
}

if (location.protocol === "file:") window.Worker = IFrameWorker;
