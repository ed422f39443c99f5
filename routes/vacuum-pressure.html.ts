/** The page's address in earlier versions. */
export { handler } from "./index.ts";
