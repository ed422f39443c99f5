import { EventFileWriter, eventFormatOf } from "../../engine/encode/regime_event_file.ts";
import type { EventColumn } from "../../engine/regime/event_table.ts";
import type { AnalyzeFlags } from "../../cli/analyze_flags.ts";
import { EVENTS, FIGURES, type OutputFormat, PAGE } from "../../cli/output/format.ts";
import { openOutput, type OutputFile, type OutputRules } from "../../cli/output_file.ts";

/** Where figures, page and events go; null when they are not asked for. */
export interface AnalysisFiles extends Disposable {
  json: OutputFile | null;
  html: OutputFile | null;
  events: { file: OutputFile; path: string } | null;
}

/**
 * Opens the files that flags name: what cannot be written is told before the work, not after it.
 *
 * @param flags name them
 * @param rules what they may replace
 * @throws UserError when one may or can not be written
 */
export function openFiles(
  { jsonOutput, htmlOutput, eventsOutput }: AnalyzeFlags,
  rules: Omit<OutputRules, "format">,
): AnalysisFiles {
  using opened = new DisposableStack();
  const open = (path: string, format: OutputFormat) =>
    opened.use(openOutput(path, { ...rules, format }));
  const json = jsonOutput === undefined ? null : open(jsonOutput, FIGURES);
  const html = htmlOutput === undefined ? null : open(htmlOutput, PAGE);
  const events = eventsOutput === undefined ? null : {
    file: open(eventsOutput, EVENTS[eventFormatOf(eventsOutput)!]),
    path: eventsOutput,
  };
  const kept = opened.move();
  return { json, html, events, [Symbol.dispose]: () => kept.dispose() };
}

/**
 * Writes the table of events, where one is asked for.
 *
 * @param events where it goes
 * @param days the table of each day
 * @param meta what they were made with
 */
export function writeEvents(
  events: AnalysisFiles["events"],
  days: readonly (readonly EventColumn[])[],
  meta: unknown,
): void {
  if (events === null) return;
  const { file, path } = events;
  const writer = new EventFileWriter(eventFormatOf(path)!, meta);
  for (const day of days) file.write(writer.add(day));
  file.write(writer.end());
  file.finish();
}

/** Writes figures as JSON and finishes the file. */
export function writeJson(output: OutputFile, figures: unknown): void {
  writeText(output, `${JSON.stringify(figures, null, 2)}\n`);
}

/** Writes a text and finishes the file. */
export function writeText(output: OutputFile, text: string): void {
  output.write(new TextEncoder().encode(text));
  output.finish();
}
