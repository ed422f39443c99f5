import { type ReadonlySignal, signal, useComputed, useSignal } from "@preact/signals";
import { goToMoment } from "../client/page/closer_look.ts";
import { easternClock, millisecondsOf } from "../client/format.ts";
import type { Dashboard } from "../client/page/dashboard.ts";
import { type Amount, amountOf } from "../client/page/notice_rules.ts";
import { overPicture } from "./over_picture.ts";
import { PictureMenu } from "./PictureMenu.tsx";
import type { Notice } from "../client/page/notice_watch.ts";

/** Notices shown over the picture. */
const OVER_PICTURE: ReadonlySignal<number> = signal(3);

/** Suggested to who asks for a rule first. */
const USUAL: Readonly<Record<Amount, number>> = { wall: 50, spread: 4, sweep: 20 };
const LABELS: Readonly<Record<Amount, readonly [before: string, unit: string]>> = {
  wall: ["A wall gone, of at least", "resting"],
  spread: ["Spread of at least", "ticks"],
  sweep: ["A sweep of at least", "taken"],
};

/** Which events of the book to be told of, and what there was. */
export function NoticeMenu({ dashboard }: { dashboard: Dashboard }) {
  const { notices } = dashboard;
  const state = useComputed(() => notices.rules.value.state);
  const sound = useComputed(() => notices.rules.value.sound);
  const none = useComputed(() => notices.told.value.length > 0);
  const isOpen = useSignal(false);
  const most = useComputed(() => isOpen.value ? Infinity : 0);
  return (
    <PictureMenu label="Notices" name="notices" isOpen={isOpen}>
      <fieldset>
        <legend>Tell me about</legend>
        {(["wall", "spread", "sweep"] as const).map((name) => (
          <AmountRule key={name} dashboard={dashboard} name={name} />
        ))}
        <label class="choice">
          <input
            type="checkbox"
            data-testid="notice-state"
            checked={state}
            onChange={({ currentTarget }) => notices.choose({ state: currentTarget.checked })}
          />
          A change of the state
        </label>
        <label class="choice">
          <input
            type="checkbox"
            data-testid="notice-sound"
            checked={sound}
            onChange={({ currentTarget }) => {
              notices.choose({ sound: currentTarget.checked });
              if (currentTarget.checked) dashboard.chime.play();
            }}
          />
          With a sound
        </label>
        <p class="note">What happened to the book, not what to do about it.</p>
      </fieldset>
      <fieldset>
        <legend>So far, latest first</legend>
        <p class="note" hidden={none}>Nothing.</p>
        <NoticeLines dashboard={dashboard} most={most} />
      </fieldset>
    </PictureMenu>
  );
}

function AmountRule({ dashboard, name }: { dashboard: Dashboard; name: Amount }) {
  const { notices } = dashboard;
  const [before, unit] = LABELS[name];
  const isOn = useComputed(() => notices.rules.value[name] !== null);
  const off = useComputed(() => !isOn.value);
  const amount = useComputed(() => notices.rules.value[name] ?? USUAL[name]);
  return (
    <div class="choice">
      <label class="choice">
        <input
          type="checkbox"
          data-testid={`notice-${name}`}
          checked={isOn}
          onChange={({ currentTarget }) =>
            notices.choose({ [name]: currentTarget.checked ? amount.value : null })}
        />
        {before}
      </label>
      <input
        type="number"
        data-testid={`notice-${name}-least`}
        aria-label={`${before}, ${unit}`}
        min={1}
        step={1}
        disabled={off}
        value={amount}
        onInput={({ currentTarget }) => {
          const least = amountOf(currentTarget.value);
          if (least !== null) notices.choose({ [name]: least });
        }}
      />
      {unit}
    </div>
  );
}

/** The last notices over the picture, until they are closed. */
export function NoticeNote({ dashboard }: { dashboard: Dashboard }) {
  const { notices } = dashboard;
  const hidden = useComputed(() => !notices.isShown.value);
  return (
    <section
      class="notices"
      data-testid="notice-note"
      aria-label="Notices"
      hidden={hidden}
      {...overPicture(dashboard)}
    >
      <button
        type="button"
        aria-label="Close the notices"
        onClick={() => notices.isShown.value = false}
      >
        ×
      </button>
      <div role="log" aria-live="polite">
        <NoticeLines dashboard={dashboard} most={OVER_PICTURE} />
      </div>
    </section>
  );
}

interface LinesProps {
  dashboard: Dashboard;
  most: ReadonlySignal<number>;
}

function NoticeLines({ dashboard, most }: LinesProps) {
  const lines = useComputed(() =>
    dashboard.notices.told.value.slice(0, most.value).map((notice) => (
      <Line key={notice.serial} dashboard={dashboard} notice={notice} />
    ))
  );
  return <ul class="notice-lines">{lines}</ul>;
}

function Line({ dashboard, notice }: { dashboard: Dashboard; notice: Notice }) {
  const clock = easternClock(millisecondsOf(notice.tsNs));
  return (
    <li>
      <button
        type="button"
        aria-label={`Go to ${clock}`}
        onClick={() => goToMoment(dashboard, notice.tsNs)}
      >
        {clock}
      </button>{" "}
      {notice.words}
    </li>
  );
}
