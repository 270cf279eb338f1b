// A notification when a job has ended and its page is not looked at, if the user allows it: the button [data-notify] asks.
// The wish is remembered; the button takes it back. Where the browser has no notifications (or the address is not a safe
// one), the button stays hidden. static/progress.js says when a job has ended ("job-ended").

const PLACE = "skipgram-audit.notify";
const WISHED = "Tell me when it has ended";
const GRANTED = "You will be told when it has ended. Stop that";
const REFUSED = "This browser forbids notifications of this page";

// A browser may forbid to keep anything; then the choice holds for this page.
let chosen = false;
try {
  chosen = localStorage.getItem(PLACE) === "on";
} catch {
  // See above.
}

const possible = "Notification" in window && window.isSecureContext;

function show() {
  for (const button of document.querySelectorAll("[data-notify]")) {
    const refused = Notification.permission === "denied";
    button.hidden = false;
    button.disabled = refused;
    button.textContent = refused ? REFUSED : wished() ? GRANTED : WISHED;
    button.setAttribute("aria-pressed", String(wished()));
  }
}

function wished() {
  return chosen && Notification.permission === "granted";
}

async function change() {
  chosen = wished() ? false : (await Notification.requestPermission()) === "granted";
  try {
    localStorage.setItem(PLACE, chosen ? "on" : "off");
  } catch {
    // See above.
  }
  show();
}

function tell({ title, status }) {
  if (!wished() || !document.hidden) return;
  try {
    const note = new Notification(title, { body: `The job has ended: ${status}.`, tag: location.pathname });
    note.addEventListener("click", () => {
      window.focus();
      note.close();
    });
  } catch {
    // Browsers of phones know notifications of service workers alone; the title of the page still says it.
  }
}

if (possible && document.querySelector("[data-notify]")) {
  show();
  document.addEventListener("job-ended", (event) => tell(event.detail));
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-notify]")) change();
  });
}
