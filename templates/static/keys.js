// Keys for what the page marks with data-keys="j ArrowRight": a link is followed, a button pressed, a field takes the
// focus. Rows marked data-key-row are walked through by j and k; their keys are those of the row that has the focus.
// They can be turned off (WCAG 2.1.4), since people who speak to their machine, or miss keys, set them off by accident.

const PLACE = "skipgram-audit.key-shortcuts";
let active = remembered() !== "off";

// A browser may forbid to keep anything; then the choice holds for this page.
function remembered() {
  try {
    return localStorage.getItem(PLACE);
  } catch {
    return null;
  }
}

function remember(value) {
  try {
    localStorage.setItem(PLACE, value);
  } catch {
    // See above.
  }
}

function show() {
  const hints = document.querySelector("[data-key-hints]");
  if (!hints) return;
  hints.querySelector("[data-key-switch]").checked = active;
  hints.querySelector("[data-key-list]").hidden = !active;
  hints.hidden = false;
}

show();
document.addEventListener("swapped", show);
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-key-switch]")) return;
  active = event.target.checked;
  remember(active ? "on" : "off");
  show();
});

document.addEventListener("keydown", (event) => {
  if (!active || event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
  // Whoever types, or scrolls a wide table with the arrows, means something else by these keys.
  if (event.target.closest("input:not([type=checkbox]), select, textarea, summary, .table-scroll, [contenteditable]")) return;
  const row = event.target.closest("[data-key-row]");
  const keys = `[data-keys~="${CSS.escape(event.key)}"]`;
  const marked = row?.querySelector(keys) ?? document.querySelector(`${keys}:not([data-key-row] *)`) ?? beside(row, event.key);
  if (!marked) return;
  event.preventDefault();
  if (marked.matches("a[data-keys], button")) marked.click();
  else marked.focus();
});

// The link of the next or previous row; of the first one when none has the focus.
function beside(row, key) {
  if (key !== "j" && key !== "k") return null;
  const rows = [...document.querySelectorAll("[data-key-row]")];
  return (row ? rows[rows.indexOf(row) + (key === "j" ? 1 : -1)] : rows[0])?.querySelector("a");
}
