// Sends a chosen file in pieces, so that it can be paused, and gone on with after a reload, a broken connection or a
// restart of the server. Without this script the form sends the file as one request.

import { asZip } from "./zip.js";

const PIECE = 8 * 1024 * 1024;
const TAIL = 1024 * 1024;
const RETRY_SECONDS = [1, 2, 4, 8, 15];

class Refused extends Error {
  constructor(error) {
    super(error.message);
    this.remedy = error.remedy;
    this.details = error.details || {};
  }
}

async function ask(method, address, body) {
  const headers = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  const answer = await fetch(address, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const value = await answer.json();
  if (!answer.ok) throw new Refused(value.error);
  return value;
}

function hexadecimal(buffer) {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Whether what has arrived of an upload is the beginning of this file, as far as its last bytes tell.
async function goesOn(file, upload) {
  if (upload.received_bytes === 0) return true;
  if (!window.crypto.subtle) return false;
  const tail = file.slice(Math.max(0, upload.received_bytes - TAIL), upload.received_bytes);
  return hexadecimal(await crypto.subtle.digest("SHA-256", await tail.arrayBuffer())) === upload.tail_sha256;
}

async function findOrCreate(file, purpose) {
  const query = new URLSearchParams({ filename: file.name, total_bytes: file.size, purpose });
  for (const upload of await ask("GET", `/api/v1/uploads/unfinished?${query}`)) {
    if (await goesOn(file, upload)) return upload;
  }
  return ask("POST", "/api/v1/uploads", { filename: file.name, total_bytes: file.size, purpose });
}

async function arrived(id) {
  const answer = await fetch(`/api/v1/uploads/${id}`, { method: "HEAD" });
  if (!answer.ok) throw new Error("The server does not know this upload.");
  return Number(answer.headers.get("upload-offset"));
}

// One request; XMLHttpRequest because it tells how much has been sent.
function sendPiece(id, file, offset, control, onSent) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    control.request = request;
    request.open("PATCH", `/api/v1/uploads/${id}`);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.setRequestHeader("upload-offset", String(offset));
    request.upload.onprogress = (event) => onSent(offset + event.loaded);
    request.onerror = () => reject(new Error("The connection broke."));
    request.onabort = () => reject(new DOMException("Paused", "AbortError"));
    request.onload = () => {
      let value;
      try {
        value = JSON.parse(request.responseText);
      } catch {
        reject(new Error("The server gave no answer."));
        return;
      }
      if (request.status < 400) resolve(value);
      else reject(new Refused(value.error));
    };
    request.send(file.slice(offset, Math.min(offset + PIECE, file.size)));
  });
}

async function sendAll(upload, file, control, show) {
  let offset = upload.received_bytes;
  let failures = 0;
  while (offset < file.size) {
    try {
      const answer = await sendPiece(upload.id, file, offset, control, (sent) => show.progress(sent, file.size));
      offset = answer.received_bytes;
      failures = 0;
    } catch (error) {
      if (error.name === "AbortError") throw error;
      if (error instanceof Refused) {
        if (error.details.received_bytes === undefined) throw error;
        offset = error.details.received_bytes;
        continue;
      }
      if (failures === RETRY_SECONDS.length) throw error;
      show.note(`The connection broke; trying again in ${RETRY_SECONDS[failures]} s.`);
      await new Promise((resolve) => setTimeout(resolve, 1000 * RETRY_SECONDS[failures]));
      failures += 1;
      offset = await arrived(upload.id).catch(() => offset);
    }
  }
}

function megabytes(bytes) {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

function display(form) {
  const area = form.querySelector("[data-upload-progress]");
  const bar = area.querySelector("progress");
  const status = form.querySelector("[data-upload-status]");
  const error = form.querySelector("[data-upload-error]");
  const submit = form.querySelector("button[type=submit]");
  const pause = form.querySelector("[data-upload-pause]");
  return {
    pause,
    begin() {
      area.hidden = pause.hidden = false;
      error.hidden = true;
      submit.disabled = form.elements.file.disabled = true;
      bar.removeAttribute("value");
      status.textContent = "Starting";
    },
    end() {
      pause.hidden = true;
      submit.disabled = form.elements.file.disabled = false;
    },
    progress(sent, total) {
      bar.value = sent / total;
      status.textContent = `${megabytes(sent)} of ${megabytes(total)}, ${Math.floor((100 * sent) / total)}%`;
    },
    note(text) {
      status.textContent = text;
    },
    paused() {
      submit.textContent = "Go on";
      status.textContent += ". Paused; what has arrived is kept, also when you close this page.";
    },
    failed(message, remedy) {
      area.hidden = true;
      error.hidden = false;
      const [title, text] = error.querySelectorAll("p");
      title.textContent = message;
      text.textContent = remedy || "What has arrived is kept: choose the same file again to go on.";
    },
  };
}

const form = document.querySelector("form[data-upload]");

if (form) {
  const show = display(form);
  const control = { request: null };
  let sending = false;
  window.addEventListener("beforeunload", (event) => {
    if (sending) event.preventDefault();
  });
  show.pause.addEventListener("click", () => control.request && control.request.abort());
  const folder = form.querySelector("[data-folder] input");
  if (form.dataset.several !== undefined) {
    form.elements.file.multiple = true;
    form.querySelector("[data-folder]").hidden = false;
    // One of the two is enough.
    folder.addEventListener("change", () => {
      form.elements.file.required = !folder.files.length;
    });
  }

  // The file, or several as one zip: they are sent, kept and read together.
  async function chosenFile() {
    const files = [...form.elements.file.files, ...(folder ? folder.files : [])];
    if (files.length === 1 && !files[0].webkitRelativePath) return files[0];
    show.note(`Putting ${files.length.toLocaleString("en-US")} files together`);
    return asZip(files);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    sending = true;
    show.begin();
    try {
      const file = await chosenFile();
      const upload = await findOrCreate(file, form.dataset.purpose);
      show.progress(upload.received_bytes, file.size);
      await sendAll(upload, file, control, show);
      show.note("Arrived.");
      sending = false;
      window.location.assign(`${form.dataset.next}/${upload.id}`);
    } catch (error) {
      sending = false;
      show.end();
      if (error.name === "AbortError") show.paused();
      else show.failed(error.message, error.remedy);
    }
  });
}
