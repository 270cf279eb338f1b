// A part of the map is chosen by dragging over it, or by the keyboard: the arrows move a rectangle, with Shift they change
// its size, Enter sends the form whose number fields hold its edges. Without this script the fields are filled in by hand.

const STEP = 20;
const SMALLEST = 10;
const START = 200;
const EDGES = ["left", "top", "right", "bottom"];

const figure = document.querySelector("[data-map]");
const form = document.querySelector("[data-map-form]");
const picture = figure.querySelector("svg");
const side = picture.viewBox.baseVal.width;
const fields = EDGES.map((name) => form.elements[name]);
let start = null;

// A layer over the picture that can have the focus: a picture that says it is one cannot be worked with.
const layer = document.createElement("div");
layer.className = "map-layer";
layer.tabIndex = 0;
layer.setAttribute("role", "application");
layer.setAttribute("aria-label", "Choose a part of the map");
const hint = figure.querySelector("[data-map-hint]");
hint.hidden = false;
hint.id = "map-hint";
layer.setAttribute("aria-describedby", hint.id);
const stage = document.createElement("div");
stage.className = "map-stage";
picture.replaceWith(stage);
stage.append(picture, layer);
const announcements = document.createElement("p");
announcements.className = "visually-hidden";
announcements.setAttribute("role", "status");
figure.append(announcements);

function clamped(value) {
  return Math.round(Math.min(Math.max(value, 0), side));
}

function place(event) {
  const box = picture.getBoundingClientRect();
  return [clamped(((event.clientX - box.left) / box.width) * side), clamped(((event.clientY - box.top) / box.height) * side)];
}

function chosen() {
  return fields.every((field) => field.value !== "") ? fields.map((field) => Number(field.value)) : null;
}

function choose(left, top, right, bottom) {
  [left, top, right, bottom].forEach((value, number) => {
    fields[number].value = value;
  });
  draw();
}

function draw() {
  let shown = picture.querySelector(".map-chosen");
  const edges = chosen();
  if (!edges) return shown?.remove();
  if (!shown) {
    shown = document.createElementNS(picture.namespaceURI, "rect");
    shown.setAttribute("class", "map-chosen");
    picture.append(shown);
  }
  const [left, top, right, bottom] = edges;
  const sizes = { x: left, y: top, width: Math.max(right - left, 0), height: Math.max(bottom - top, 0) };
  for (const [name, value] of Object.entries(sizes)) shown.setAttribute(name, value);
}

layer.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  start = place(event);
  layer.setPointerCapture(event.pointerId);
});

layer.addEventListener("pointermove", (event) => {
  if (start) stretch(place(event));
});

layer.addEventListener("pointerup", (event) => {
  if (!start) return;
  const [right, bottom] = place(event);
  const dragged = Math.abs(right - start[0]) >= SMALLEST && Math.abs(bottom - start[1]) >= SMALLEST;
  if (dragged) stretch([right, bottom]);
  start = null;
  if (dragged) form.requestSubmit();
});

layer.addEventListener("pointercancel", () => {
  start = null;
});

function stretch([x, y]) {
  choose(Math.min(start[0], x), Math.min(start[1], y), Math.max(start[0], x), Math.max(start[1], y));
}

const ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

layer.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "Enter" && chosen()) {
    event.preventDefault();
    form.requestSubmit();
  }
  const by = ARROWS[event.key];
  if (!by) return;
  event.preventDefault();
  const middle = (side - START) / 2;
  let [left, top, right, bottom] = chosen() ?? [middle, middle, middle + START, middle + START];
  if (event.shiftKey) {
    right = Math.min(Math.max(right + by[0], left + STEP), side);
    bottom = Math.min(Math.max(bottom + by[1], top + STEP), side);
  } else if (chosen()) {
    const across = Math.min(Math.max(by[0], -left), side - right);
    const down = Math.min(Math.max(by[1], -top), side - bottom);
    [left, right, top, bottom] = [left + across, right + across, top + down, bottom + down];
  }
  choose(left, top, right, bottom);
  announcements.textContent = `Left ${left}, right ${right}, top ${top}, bottom ${bottom}`;
});

for (const field of fields) field.addEventListener("input", draw);
