import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { ChartName } from "../client/charts/charts.ts";
import { Dashboard } from "../client/page/dashboard.ts";
import type { PageDefaults } from "../client/stream/instrument.ts";
import { PageAddress } from "../client/page/page_address.ts";
import { attachPage } from "../client/page/attach_page.ts";
import { savePicture, saveTable } from "../client/page/export.ts";
import { copyLink } from "../client/page/copy_link.ts";
import { titleOf } from "../client/page/title.ts";
import type { PageCommands } from "../client/page/shortcuts.ts";
import { PageCanvases } from "../client/page/page_canvases.ts";
import { Announcer } from "../components/Announcer.tsx";
import { BottomBar } from "../components/BottomBar.tsx";
import { ChartRows } from "../components/ChartRows.tsx";
import { HelpSheet } from "../components/HelpSheet.tsx";
import { MeasureBox } from "../components/MeasureBox.tsx";
import { NoticeMenu, NoticeNote } from "../components/NoticeMenu.tsx";
import { overPicture } from "../components/over_picture.ts";
import { PictureNotes } from "../components/PictureNotes.tsx";
import { RestartDialog } from "../components/RestartDialog.tsx";
import { ReadingPanel } from "../components/ReadingPanel.tsx";
import { Readout } from "../components/Readout.tsx";
import { Scrubber } from "../components/Scrubber.tsx";
import { StreamNotice } from "../components/StreamNotice.tsx";
import { ToolsMenu } from "../components/ToolsMenu.tsx";
import { TopBar } from "../components/TopBar.tsx";
import { TradeList } from "../components/TradeList.tsx";

/** Where the panel is folded; the style sheet has the same. */
const FOLDED = "(max-width: 1180px)";

/** A control of the page. */
function control(id: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
}

interface Props {
  /** What the server streams where the query asks for nothing else. */
  defaults: PageDefaults;
  /** Query of the page's address. */
  query: string;
}

/**
 * The page: a shell that the server renders, which connects to the stream once it runs in a
 * browser. It renders once; what changes per grid are signals that write their own text.
 */
export default function VacuumPressure({ defaults, query }: Props) {
  const address = useMemo(() => new PageAddress(query), []);
  const dashboard = useMemo(() => new Dashboard(defaults, address), []);
  const panelOpen = useSignal(false);
  const map = useRef<HTMLCanvasElement>(null);
  const axis = useRef<HTMLCanvasElement>(null);
  const profile = useRef<HTMLCanvasElement>(null);
  const scrubber = useRef<HTMLCanvasElement>(null);
  const picture = useRef<HTMLElement>(null);
  const lower = useRef<HTMLDivElement>(null);
  const ribbon = useRef<HTMLCanvasElement>(null);
  const sheet = useRef<HTMLDialogElement>(null);
  const restart = useRef<HTMLDialogElement>(null);
  const canvases = useRef<PageCanvases | null>(null);
  const hosts = useMemo<Partial<Record<ChartName, HTMLDivElement | null>>>(() => ({}), []);
  const commands = useMemo<PageCommands>(() => ({
    dashboard,
    showHelp: () => sheet.current?.showModal(),
    focusSeek: () => control("seek")?.focus(),
    focusDay: () => control("day")?.focus(),
    showSpeeds: () => control("speed")?.click(),
    showView: () => control("view")?.click(),
    showNotices: () => control("notices")?.click(),
    askRestart: () => restart.current?.showModal(),
    copyLink: () => void copyLink(dashboard),
    togglePanel: () => {
      if (matchMedia(FOLDED).matches) panelOpen.value = !panelOpen.value;
      else dashboard.togglePart("panel");
    },
    savePicture: () => void (canvases.current && savePicture(dashboard, canvases.current)),
    saveTable: () => saveTable(dashboard),
  }), []);

  useEffect(() => {
    const [mapCanvas, axisCanvas, profileCanvas] = [map.current, axis.current, profile.current];
    if (mapCanvas === null || axisCanvas === null || profileCanvas === null) return;
    if (ribbon.current === null || scrubber.current === null) return;
    if (picture.current === null || lower.current === null) return;
    const { edge, forces, mid } = hosts;
    if (!edge || !forces || !mid) return;
    canvases.current = new PageCanvases({
      map: mapCanvas,
      axis: axisCanvas,
      profile: profileCanvas,
      scrubber: scrubber.current,
      ribbon: ribbon.current,
      charts: { edge, forces, mid },
    });
    return attachPage(commands, address, canvases.current, picture.current, lower.current);
  }, []);

  useSignalEffect(() => {
    document.title = titleOf(dashboard);
  });

  const hidden = useComputed(() => dashboard.settings.value.hidden.join(" "));
  return (
    <div
      class="dashboard"
      data-theme={useComputed(() => dashboard.settings.value.theme)}
      data-palette={useComputed(() => dashboard.settings.value.palette)}
      data-hidden={hidden}
      data-current={dashboard.playback.freshness.isCurrent}
      data-panel={useComputed(() => panelOpen.value ? "open" : "auto")}
    >
      <TopBar dashboard={dashboard} commands={commands} panelOpen={panelOpen} />
      <canvas
        ref={profile}
        class="profile"
        role="img"
        aria-label="Volume traded and rest depth by price"
      />
      <canvas
        ref={ribbon}
        class="ribbon"
        data-testid="ribbon"
        role="img"
        aria-label="State over time, above the heatmap"
      />
      <main class="heatmap" ref={picture} tabIndex={-1} aria-label="Picture of the book">
        <canvas
          ref={map}
          data-testid="heatmap"
          role="img"
          aria-label="Heatmap of the order book, price by time: one hue builds, the other drains, brighter is deeper; two lines are best bid and best ask"
        />
        <PictureNotes dashboard={dashboard} />
        <StreamNotice dashboard={dashboard} />
        <TradeList dashboard={dashboard} />
        <MeasureBox dashboard={dashboard} />
        <div class="tools" {...overPicture(dashboard)}>
          <ToolsMenu dashboard={dashboard} />
          <NoticeMenu dashboard={dashboard} />
        </div>
        <NoticeNote dashboard={dashboard} />
        <Readout dashboard={dashboard} />
      </main>
      <canvas
        ref={axis}
        class="price-axis"
        role="img"
        aria-label="Price axis with best bid, best ask, and the session's high, low and mean marked"
      />
      <Scrubber dashboard={dashboard} canvas={scrubber} />
      <div class="charts" ref={lower}>
        <ChartRows
          dashboard={dashboard}
          host={(name) => (element) => void (hosts[name] = element)}
        />
      </div>
      <ReadingPanel dashboard={dashboard} />
      <BottomBar dashboard={dashboard} />
      <HelpSheet dialog={sheet} />
      <RestartDialog dashboard={dashboard} dialog={restart} />
      <Announcer dashboard={dashboard} />
    </div>
  );
}
