// Shows the word lists of another kind of probe as soon as it is chosen; without scripts a button does it.

const form = document.getElementById("probe-form");
const show = form && form.querySelector("[formaction]");

if (form && show) {
  show.hidden = true;
  form.elements.kind.addEventListener("change", () => form.requestSubmit(show));
}
