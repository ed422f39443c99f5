/** Where data comes from, as named in paths, messages and on the page. */
export type DataSource = "databento" | "simulator";

/** Dataset code in the metadata of simulated files: each says by itself that it is not real. */
export const SIMULATED_DATASET = "SIMULATED.MDP3";

/**
 * @param dataset dataset code of a file's metadata
 * @returns where its records come from, wherever the file lies
 */
export function dataSourceOf(dataset: string): DataSource {
  return dataset === SIMULATED_DATASET ? "simulator" : "databento";
}
