// Marks and unmarks documents without leaving the page. A form marked [data-mark] holds the document's address in the
// set under /api/v1; should that refuse (the set is full), the form is sent as it would be without a script.

async function change(form) {
  const button = form.querySelector("button");
  const adds = button.value === "mark";
  const answer = await fetch(form.dataset.mark, { method: adds ? "PUT" : "DELETE" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const { count } = await answer.json();
  for (const same of document.querySelectorAll(`form[data-mark="${CSS.escape(form.dataset.mark)}"] button`)) {
    same.value = adds ? "unmark" : "mark";
    same.querySelector("[data-mark-label]").textContent = adds ? "Unmark" : "Mark";
  }
  for (const shown of document.querySelectorAll("[data-marked-count]")) shown.textContent = written(count);
}

// As the filter "thousands" of the templates.
function written(count) {
  return count.toLocaleString("en-US");
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-mark]");
  if (!form) return;
  event.preventDefault();
  change(form).catch(() => send(form));
});

// form.submit() leaves out the button's name and value.
function send(form) {
  const button = form.querySelector("button");
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: button.name, value: button.value });
  form.append(field);
  form.submit();
}
