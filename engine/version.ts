/** The project's version, as deno.json has it: what captures and figures were made with. */
export const VERSION = "0.1.0";
