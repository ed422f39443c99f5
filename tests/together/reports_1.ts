import { declareShare } from "./share.ts";

await declareShare(import.meta.url);
