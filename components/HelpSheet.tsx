import type { RefObject } from "preact";
import { SHORTCUTS } from "../client/page/shortcuts.ts";

/** Every key and what it does, and what the pointer does. */
export function HelpSheet({ dialog }: { dialog: RefObject<HTMLDialogElement> }) {
  return (
    <dialog ref={dialog} class="sheet" aria-labelledby="sheet-title" data-testid="sheet">
      <div class="row">
        <h2 id="sheet-title">Keys</h2>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </div>
      <div class="sheet-groups">
        {SHORTCUTS.map(({ title, shortcuts }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {shortcuts.map(({ name, does }) => (
                <div key={name}>
                  <dt>
                    <kbd>{name}</kbd>
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p class="dim">
        Wheel zooms prices, with Shift time, with Ctrl both. Drag pans, with Alt measures;
        double-click follows again. Point at the past, in the heatmap or a chart, and everything
        shows that moment. <a href="/regime">Analyse the regimes of a day</a>.
      </p>
    </dialog>
  );
}
