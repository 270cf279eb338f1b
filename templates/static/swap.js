// Links marked [data-swap] lead to this page in another light. Instead of loading it anew, its main part is exchanged:
// the address changes and Back works, the page stays where it was on the screen, the keyboard stays on the link, and
// the link's text is read out. Whatever goes wrong, the browser follows the link as it would without a script.
// Other scripts hear "swapped" on the document once new content is there.

const main = document.querySelector("main");
const announcements = document.createElement("p");
announcements.className = "visually-hidden";
announcements.setAttribute("role", "status");
document.body.append(announcements);

let shown = place(location);
let underway = new AbortController();

function place(address) {
  return address.pathname + address.search;
}

async function fetched(address, signal) {
  const answer = await fetch(address, { headers: { accept: "text/html" }, signal });
  if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// Only the latest of several quick choices counts.
async function swap(address, remember) {
  underway.abort();
  underway = new AbortController();
  const { signal } = underway;
  main.setAttribute("aria-busy", "true");
  try {
    const page = await fetched(address, signal);
    if (signal.aborted) return;
    if (remember && address !== location.href) history.pushState(null, "", address);
    shown = place(location);
    show(page);
    main.removeAttribute("aria-busy");
  } catch {
    if (signal.aborted) return;
    if (remember) location.assign(address);
    else location.reload();
  }
}

function show(page) {
  const before = current()?.getBoundingClientRect().top;
  const focused = main.contains(document.activeElement);
  document.title = page.title;
  main.replaceChildren(...page.querySelector("main").childNodes);
  document.dispatchEvent(new Event("swapped"));
  const link = current();
  if (!link) return;
  if (before !== undefined) window.scrollBy(0, link.getBoundingClientRect().top - before);
  if (focused) link.focus({ preventScroll: true });
  announcements.textContent = link.textContent.replace(/\s+/g, " ").trim();
}

function current() {
  return main.querySelector("[data-swap][aria-current]");
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.button !== 0 || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  swap(link.href, true);
});

// Also fires for links within the page, which change only what follows the #.
window.addEventListener("popstate", () => {
  if (place(location) !== shown) swap(location.href, false);
});
