/** Brings the page that `--html-output` writes to life. Its data lies in the page itself. */
import { render } from "preact";
import type { RegimeDocument } from "../../engine/wire/regime_view.ts";
import { RegimePage } from "./RegimePage.tsx";

const data = document.querySelector("#regime-data")!.textContent;
const { days, pooled }: RegimeDocument = JSON.parse(data);
render(<RegimePage days={days} pooled={pooled} />, document.querySelector("#page")!);
