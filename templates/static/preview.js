// Shows the preview again as soon as something is chosen that changes how the file is read.

const form = document.querySelector("form[data-preview]");

if (form) {
  form.addEventListener("change", (event) => {
    if (["name", "language", "metadata_fields"].includes(event.target.name)) return;
    form.action = form.dataset.preview;
    form.noValidate = true;
    form.submit();
  });
}
