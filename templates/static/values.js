// Suggests the most frequent values of the metadata field that is chosen in a filter.

const field = document.querySelector("select[data-values]");
const list = document.getElementById("values");

async function suggest() {
  list.replaceChildren();
  if (!field.value) return;
  const answer = await fetch(`${field.dataset.values}?${new URLSearchParams({ field: field.value })}`);
  if (!answer.ok) return;
  const { items } = await answer.json();
  const options = items.map(({ value, documents }) => {
    const option = document.createElement("option");
    option.value = value;
    option.textContent = documents === 1 ? "1 document" : `${documents.toLocaleString("en-US")} documents`;
    return option;
  });
  list.replaceChildren(...options);
}

if (field) field.addEventListener("change", () => suggest().catch(() => list.replaceChildren()));
