/** The path that stands for standard input. It depends on nothing, for the launcher has to know it. */
export const STANDARD_INPUT = "-";
