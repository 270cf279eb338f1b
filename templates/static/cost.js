// Tells what a form's work would cost whenever the form is changed; without scripts a button does it.
// A form marked [data-cost] names the address that tells; the text goes into its [data-cost-text].

for (const form of document.querySelectorAll("form[data-cost]")) {
  const text = form.querySelector("[data-cost-text]");
  const button = form.querySelector("[data-cost-button]");
  if (button) button.hidden = true;
  let latest = 0;
  form.addEventListener("change", async () => {
    const number = ++latest;
    const answer = await fetch(form.dataset.cost, { method: "POST", body: new FormData(form) });
    if (answer.ok && number === latest) text.textContent = (await answer.json()).text;
  });
}
