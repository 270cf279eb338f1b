// Tells what a check by retraining would cost whenever its form is changed; without scripts a button does it.

const form = document.getElementById("check-form");

if (form) {
  const text = form.querySelector("[data-cost-text]");
  form.querySelector("[formmethod=get]").hidden = true;
  let latest = 0;
  form.addEventListener("change", async () => {
    const number = ++latest;
    const answer = await fetch(form.dataset.cost, { method: "POST", body: new FormData(form) });
    if (answer.ok && number === latest) text.textContent = (await answer.json()).text;
  });
}
