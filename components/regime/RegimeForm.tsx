import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { RegimeField } from "../../engine/wire/regime_messages.ts";
import type { AnalysisState } from "../../client/regime/analysis.ts";
import { formatPercent } from "../../client/format.ts";

/** Fields that one changes from day to day, in plain words; the others are folded away. */
const ALWAYS_SHOWN = new Map([
  ["dt", "day"],
  ["start_time", "captured from"],
  ["eval_start", "evaluated from"],
  ["eval_end", "evaluated to"],
]);

/** The server's instrument and what excludes another field are left to the address. */
const NOT_SHOWN = ["product_type", "symbol", "eval_minutes"];

/** What is to be analysed, and how the analysis does. */
export function RegimeForm(
  { fields, query, state, onRun, onChange, onCancel }: {
    fields: readonly RegimeField[];
    /** What the page's address asks for. */
    query: URLSearchParams;
    state: ReadonlySignal<AnalysisState>;
    /** Is given what differs from what is taken anyway. */
    onRun: (query: URLSearchParams) => void;
    /** Is given the same whenever a field has changed. */
    onChange: (query: URLSearchParams) => void;
    onCancel: () => void;
  },
) {
  const now = state.value;
  const running = now.kind === "running";
  const shown = fields.filter(({ name }) => !NOT_SHOWN.includes(name));
  const always = [...ALWAYS_SHOWN.keys()].flatMap((name) =>
    shown.filter((field) => field.name === name)
  );
  const more = shown.filter(({ name }) => !ALWAYS_SHOWN.has(name));
  const isUnfolded = useSignal(more.some(({ name }) => query.has(name)));
  const wrong = now.kind === "failed" ? now.fields : {};
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!running) onRun(askedBy(event.currentTarget as HTMLFormElement));
  };
  const askedBy = (form: HTMLFormElement) => {
    const data = new FormData(form);
    const asked = [...query].filter(([name]) => NOT_SHOWN.includes(name));
    for (const { name, value } of shown) {
      const text = `${data.get(name) ?? ""}`.trim();
      if (text !== "" && text !== value) asked.push([name, text]);
    }
    return new URLSearchParams(asked);
  };
  return (
    <form
      class="regime-form"
      onSubmit={submit}
      onInput={(event) => onChange(askedBy(event.currentTarget))}
      data-testid="regime-form"
    >
      <div class="regime-fields">
        {always.map((field) => (
          <Field key={field.name} field={field} query={query} wrong={wrong[field.name]} />
        ))}
        <button type="submit" class="primary" disabled={running} data-testid="regime-run">
          Analyse
        </button>
        <button type="button" disabled={!running} onClick={onCancel} data-testid="regime-cancel">
          Cancel
        </button>
        {running && (
          <>
            <progress
              max={1}
              value={now.share}
              aria-label="How much of the file is read"
              data-testid="regime-progress"
            />
            <span>{formatPercent(now.share)}</span>
          </>
        )}
      </div>
      <p role="status" class="regime-status" data-kind={now.kind} data-testid="regime-status">
        {statusText(now)}
      </p>
      <details
        open={isUnfolded.value || more.some(({ name }) => wrong[name] !== undefined)}
        onToggle={(event) => isUnfolded.value = event.currentTarget.open}
      >
        <summary>Parameters</summary>
        <div class="regime-fields more">
          {more.map((field) => (
            <Field key={field.name} field={field} query={query} wrong={wrong[field.name]} />
          ))}
        </div>
      </details>
    </form>
  );
}

function statusText(state: AnalysisState): string {
  switch (state.kind) {
    case "idle":
      return "Choose a day and times in New York. Streams go on while an analysis runs.";
    case "running":
      return "Analysing.";
    case "done":
      return "Done.";
    case "cancelled":
      return "Cancelled.";
    case "failed":
      return state.message;
  }
}

function Field(
  { field: { name, flag, description, value }, query, wrong }: {
    field: RegimeField;
    query: URLSearchParams;
    /** What is wrong with it. */
    wrong: string | undefined;
  },
) {
  const note = `regime-note-${name}`;
  const fault = `regime-fault-${name}`;
  const words = ALWAYS_SHOWN.get(name);
  return (
    <label title={`${flag}: ${description}`}>
      {words === undefined ? <code>{flag}</code> : <span>{words}</span>}
      <input
        name={name}
        defaultValue={query.get(name) || value}
        autocomplete="off"
        spellcheck={false}
        aria-invalid={wrong !== undefined}
        aria-describedby={wrong !== undefined ? fault : words === undefined ? note : undefined}
      />
      {wrong !== undefined
        ? <small id={fault} class="regime-fault">{wrong}</small>
        : words === undefined && <small id={note}>{description}</small>}
    </label>
  );
}
