// The explanation of a term beside it, when it is pointed at or has the focus. Its title holds the explanation, which a
// browser without this script shows to a mouse alone. Escape closes it, and it stays while it is pointed at (WCAG 1.4.13).

const box = document.createElement("div");
box.className = "term-box";
box.id = "term-box";
box.setAttribute("role", "tooltip");
box.hidden = true;
document.body.append(box);

const GAP = 6;
const EDGE = 8;
let shown = null;
let waiting = 0;

function show(term) {
  clearTimeout(waiting);
  if (shown === term) return;
  hide();
  shown = term;
  if (term.title) {
    term.dataset.explanation = term.title;
    term.removeAttribute("title");
  }
  box.textContent = term.dataset.explanation;
  box.hidden = false;
  term.setAttribute("aria-describedby", box.id);
  const at = term.getBoundingClientRect();
  const left = Math.min(Math.max(at.left, EDGE), innerWidth - box.offsetWidth - EDGE);
  const below = at.bottom + GAP;
  const above = at.top - GAP - box.offsetHeight;
  box.style.left = `${Math.max(left, EDGE)}px`;
  box.style.top = `${below + box.offsetHeight > innerHeight && above > 0 ? above : below}px`;
}

function hide() {
  clearTimeout(waiting);
  shown?.removeAttribute("aria-describedby");
  shown = null;
  box.hidden = true;
}

function hideSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(hide, 200);
}

document.addEventListener("mouseover", (event) => {
  const term = event.target.closest?.(".term");
  if (term) show(term);
  else if (box.contains(event.target)) clearTimeout(waiting);
  else if (shown && document.activeElement !== shown) hideSoon();
});
document.addEventListener("focusin", (event) => {
  const term = event.target.closest?.(".term");
  if (term && term.matches(":focus-visible")) show(term);
  else hide();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hide();
});
document.addEventListener("scroll", hide, { capture: true, passive: true });
