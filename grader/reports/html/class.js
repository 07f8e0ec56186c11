"use strict";
// The page of a class: sorts and filters the table of students, and shows what each was told.
// It makes no markup of text: what it shows are clones of what the page holds, and `textContent`.
{
  const byId = (id) => document.getElementById(id);
  const body = byId("students").tBodies[0];
  const rows = [...body.rows];
  const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const names = new Map(rows.map((row) => [row, row.cells[0].textContent]));

  const button = (text, act, className = "plain") => {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className, textContent: text });
    made.addEventListener("click", act);
    return made;
  };

  // --- sorting: the heads of columns; arrows go from one to the next
  const heads = [...document.querySelectorAll("#students [data-sort]")];
  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.value ?? (column === 0 ? names.get(row) : cell.textContent);
  };
  const sort = (head) => {
    const column = head.cellIndex;
    const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    const values = new Map(rows.map((row) => [row, value(row, column)]));
    const isNumber = head.classList.contains("number");
    const compare = isNumber ? (a, b) => a - b : words.compare;
    rows.sort((a, b) => sign * compare(values.get(a), values.get(b)) || words.compare(names.get(a), names.get(b)));
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
    body.append(...rows);
  };
  for (const [place, head] of heads.entries()) {
    const made = button(head.textContent, () => sort(head));
    head.replaceChildren(made);
    made.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) heads[(place + step + heads.length) % heads.length].firstChild.focus();
    });
  }

  // --- filtering
  const [form, named, state, mark] = ["filters", "named", "state", "mark"].map(byId);
  const filter = () => {
    const part = named.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const marks = (row.dataset.marks ?? "").split(" ");
      row.hidden = !names.get(row).toLowerCase().includes(part)
        || (state.value !== "" && !row.dataset.state.split(" ").includes(state.value))
        || (mark.value !== "" && !marks.includes(mark.value));
      shown += !row.hidden;
    }
    byId("count").textContent = shown === rows.length ? `${shown} shown` : `${shown} of ${rows.length} shown`;
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  const filterBy = (chosen) => {
    form.reset();
    mark.value = chosen;
    filter();
  };
  byId("all").addEventListener("click", () => filterBy(""));
  for (const cell of document.querySelectorAll("[data-show]")) {
    const show = button("show", () => {
      filterBy(cell.dataset.show);
      byId("students").scrollIntoView();
      mark.focus({ preventScroll: true });
    });
    show.setAttribute("aria-label", `show who: ${cell.closest("tr").cells[0].firstChild.textContent.trim()}`);
    cell.append(" ", show);
  }
  form.hidden = false;
  filter();

  // --- what a student was told; the address names whose page is open
  const dialog = byId("student");
  const readable = () => rows.filter((row) => !row.hidden && row.dataset.blocks);
  const ids = new Map(rows.map((row, number) => [row, `student-${number + 1}`]));
  let open = null;
  const block = (number) => {
    const made = byId(`b${number}`).content.cloneNode(true);
    for (const slot of made.querySelectorAll("slot")) slot.replaceWith(block(slot.name));
    return made;
  };
  const show = (row) => {
    const told = byId("told");
    told.replaceChildren(...row.dataset.blocks.split(" ").map(block));
    byId("student-name").textContent = names.get(row);
    byId("student-score").textContent = row.querySelector("[data-value]").textContent;
    open = row;
    const listed = readable();
    byId("before").disabled = listed.indexOf(row) <= 0;
    byId("after").disabled = listed.indexOf(row) === listed.length - 1;
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    byId("student-name").focus();
    history.replaceState(null, "", `#${ids.get(row)}`);
  };
  const step = (by) => {
    const listed = readable();
    const next = listed[listed.indexOf(open) + by];
    if (next) show(next);
  };
  byId("before").addEventListener("click", () => step(-1));
  byId("after").addEventListener("click", () => step(1));
  byId("close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("keydown", (event) => step({ ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0));
  dialog.addEventListener("close", () => {
    history.replaceState(null, "", "#");
    open.cells[0].firstChild.focus();
  });
  for (const row of rows) {
    if (row.dataset.blocks) row.cells[0].replaceChildren(button(names.get(row), () => show(row)));
  }
  const asked = rows.find((row) => `#${ids.get(row)}` === location.hash && row.dataset.blocks);
  if (asked) show(asked);
}
