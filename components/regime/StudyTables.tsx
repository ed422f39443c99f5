import type { StudyTable } from "../../engine/wire/study_tables.ts";

/** A table of what stands beside figures, with what is said below it. */
export function StudyTableView({ table }: { table: StudyTable }) {
  const { key, heads, rows, notes } = table;
  return (
    <>
      <table class="regime-table" data-testid={`regime-${key}`}>
        <thead>
          <tr>{heads.map((head) => <th key={head} scope="col">{head}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {cells.map((cell, i) => <td key={i}>{cell}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
      {notes.map((note) => <p key={note} class="regime-note">{note}</p>)}
    </>
  );
}

/** Tables one below another, each with its title. */
export function StudyPanels({ tables }: { tables: readonly StudyTable[] }) {
  return (
    <>
      {tables.map((table) => (
        <section key={table.key} class="regime-panel">
          <h2>{table.title}</h2>
          <StudyTableView table={table} />
        </section>
      ))}
    </>
  );
}

/** What a reader of the figures has to know of the data, where there is something. */
export function Warnings({ warnings }: { warnings: readonly string[] }) {
  if (warnings.length === 0) return null;
  return (
    <ul class="regime-note" data-testid="regime-warnings">
      {warnings.map((warning) => <li key={warning}>{warning}</li>)}
    </ul>
  );
}
