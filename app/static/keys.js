// Keys for what the page marks with data-keys="j ArrowRight": a link is followed, a field takes the focus.

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
  // Whoever types, or scrolls a wide table with the arrows, means something else by these keys.
  if (event.target.closest("input, select, textarea, summary, .table-scroll, [contenteditable]")) return;
  const marked = document.querySelector(`[data-keys~="${CSS.escape(event.key)}"]`);
  if (!marked) return;
  event.preventDefault();
  if (marked.matches("a")) marked.click();
  else marked.focus();
});
