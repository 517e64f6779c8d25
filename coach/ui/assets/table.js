// The list of practices: sorting, opening by click or Enter, a sparkline of the scores. All words come from Python.

const SPARK = { width: 92, height: 26, pad: 3 };

export default function ({ parentElement, data, setTriggerValue }) {
  const table = document.createElement("table");
  table.append(head(data, setTriggerValue), body(data, setTriggerValue));
  parentElement.querySelector("#list").replaceChildren(table);
}

function head(data, send) {
  const row = element("tr");
  for (const column of data.columns) {
    const cell = element("th", column.kind);
    if (column.sort) {
      const button = element("button", "", column.name);
      const sorted = column.sort === data.sort;
      cell.setAttribute("aria-sort", sorted ? (data.descending ? "descending" : "ascending") : "none");
      if (sorted) button.append(element("span", "arrow", data.descending ? "▼" : "▲"));
      button.onclick = () => send("sort", column.sort);
      cell.append(button);
    } else {
      cell.textContent = column.name;
    }
    row.append(cell);
  }
  const part = element("thead");
  part.append(row);
  return part;
}

function body(data, send) {
  const part = element("tbody");
  for (const line of data.lines) {
    const row = element("tr");
    row.tabIndex = 0;
    row.setAttribute("aria-label", line.label);
    row.onclick = () => send("open", line.id);
    row.onkeydown = (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        send("open", line.id);
      }
    };
    line.cells.forEach((text, i) => {
      const cell = element("td", data.columns[i].kind);
      if (data.columns[i].kind === "spark") cell.append(spark(line.trail));
      else if (data.columns[i].kind === "state") cell.append(element("span", `chip ${line.state}`, text));
      else cell.textContent = text;
      row.append(cell);
    });
    part.append(row);
  }
  return part;
}

function spark(trail) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `0 0 ${SPARK.width} ${SPARK.height}`);
  svg.setAttribute("aria-hidden", "true");
  const { width, height, pad } = SPARK;
  const x = (i) => width - pad - (trail.length - 1 - i) * ((width - 2 * pad) / 7);
  const y = (score) => height - pad - (score / 100) * (height - 2 * pad);
  const points = trail.map((score, i) => (score === null ? null : [x(i), y(score)]));
  let path = "";
  points.forEach((point, i) => {
    if (point) path += `${i && points[i - 1] ? "L" : "M"}${point[0].toFixed(1)} ${point[1].toFixed(1)}`;
  });
  const line = document.createElementNS(svg.namespaceURI, "path");
  line.setAttribute("d", path || "M0 0");
  svg.append(line);
  points.forEach((point, i) => {
    if (!point) return;
    const last = i === points.length - 1;
    if (!last && points[i - 1]) return; // a dot on the last round, and on one that stands alone
    const dot = document.createElementNS(svg.namespaceURI, "circle");
    dot.setAttribute("cx", point[0]);
    dot.setAttribute("cy", point[1]);
    dot.setAttribute("r", last ? 3 : 1.5);
    svg.append(dot);
  });
  return svg;
}

function element(name, kind = "", text = "") {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  if (text) made.textContent = text;
  return made;
}
