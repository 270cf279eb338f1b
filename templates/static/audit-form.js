// Shows what of each probe a corpus holds as soon as another corpus is chosen; without scripts a button does it.

const form = document.getElementById("audit-form");
const check = form && form.querySelector("[formaction]");

if (form && check) {
  check.hidden = true;
  for (const field of form.querySelectorAll("[data-recheck], [name=minimum_count], [name=casefold]")) {
    field.addEventListener("change", () => form.requestSubmit(check));
  }
}
