/**
 * Made DBN files that may be published: every kind of record, in every version. Run as a program it
 * writes them to the package's testdata folder.
 */
import {
  type DbnRecord,
  encodeMetadata,
  encodeRecord,
  F_LAST,
  F_SNAPSHOT,
  RTYPE_DEFINITION,
  RTYPE_ERROR,
  RTYPE_MBO,
  RTYPE_MBP_0,
  RTYPE_SYMBOL_MAPPING,
  RTYPE_SYSTEM,
  SCHEMA_MIXED,
  UNDEF_PRICE,
  UNDEF_SIZE,
  UNDEF_TIMESTAMP,
} from "dbn-ts";
import { zstdCompressSync } from "node:zlib";
import { projectFile } from "../../project.ts";
import { join } from "./sample.ts";

const NOON = 1_767_355_200_000_000_000n;

const header = { publisherId: 1, instrumentId: 42, tsEvent: NOON };

const order = {
  ...header,
  rtype: RTYPE_MBO,
  orderId: 1001n,
  price: 100_250_000_000n,
  size: 3,
  flags: F_LAST,
  channelId: 5,
  action: "A",
  side: "B",
  tsRecv: NOON + 1_500n,
  tsInDelta: -17,
  sequence: 4_000_000_000,
} as const;

/** Fields that all versions of a definition have. */
const definition = {
  ...header,
  rtype: RTYPE_DEFINITION,
  tsRecv: NOON + 1n,
  minPriceIncrement: 250_000_000n,
  displayFactor: 1_000_000_000n,
  expiration: NOON + 86_400_000_000_000n,
  activation: UNDEF_TIMESTAMP,
  highLimitPrice: 110_000_000_000n,
  lowLimitPrice: -90_000_000_000n,
  maxPriceVariation: 6_000_000_000n,
  unitOfMeasureQty: 50_000_000_000n,
  minPriceIncrementAmount: 12_500_000_000n,
  priceRatio: UNDEF_PRICE,
  strikePrice: 95_500_000_000n,
  rawInstrumentId: 4_294_967_295n,
  instAttribValue: -2,
  underlyingId: 7,
  marketDepthImplied: 2,
  marketDepth: 10,
  marketSegmentId: 64,
  maxTradeVol: 3_000,
  minLotSize: 1,
  minLotSizeBlock: 150,
  minLotSizeRoundLot: 100,
  minTradeVol: 4_294_967_294,
  contractMultiplier: 2_147_483_647,
  decayQuantity: -3,
  originalContractSize: 33,
  applId: -310,
  maturityYear: 2026,
  decayStartDate: 65_535,
  channelId: 9,
  currency: "USD",
  settlCurrency: "EUR",
  secsubtype: "GT",
  rawSymbol: "MADH6 C95",
  group: "a group of 20 bytes.",
  exchange: "XMAD",
  asset: "MAD",
  cfi: "OCXSPS",
  securityType: "OOF",
  unitOfMeasure: "IPNT",
  underlying: "MÄDH6",
  strikePriceCurrency: "GBP",
  instrumentClass: "C",
  matchAlgorithm: "F",
  mainFraction: 32,
  priceDisplayFormat: 2,
  subFraction: 8,
  underlyingProduct: 5,
  securityUpdateAction: "M",
  maturityMonth: 3,
  maturityDay: 20,
  maturityWeek: 255,
  userDefinedInstrument: "N",
  contractMultiplierUnit: -1,
  flowScheduleType: 127,
  tickRule: 4,
} as const;

/** What definitions of versions 1 and 2 have besides, and of version 3. */
const until2 = {
  tradingReferencePrice: 99_000_000_000n,
  tradingReferenceDate: 20_454,
  mdSecurityTradingStatus: 17,
  settlPriceType: 3,
};
const from3 = {
  legPrice: -1n,
  legDelta: 500_000_000n,
  legInstrumentId: 43,
  legRatioPriceNumerator: 1,
  legRatioPriceDenominator: -2,
  legRatioQtyNumerator: 3,
  legRatioQtyDenominator: -4,
  legUnderlyingId: 44,
  legCount: 2,
  legIndex: 1,
  legRawSymbol: "MADM6 C95",
  legInstrumentClass: "C",
  legSide: "A",
};

/** The records of a made file, as they are read. */
export function madeRecords(version: number): DbnRecord[] {
  const isOld = version === 1;
  const status = new Uint8Array(40);
  status.set([10, 18, 1, 0, 42, 0, 0, 0]);
  new DataView(status.buffer).setBigUint64(8, NOON + 9n, true);
  return [
    {
      ...header,
      rtype: RTYPE_SYMBOL_MAPPING,
      ...(!isOld && { stypeIn: 4, stypeOut: 1 }),
      stypeInSymbol: "MAD.FUT",
      stypeOutSymbol: "MADH6",
      startTs: NOON,
      endTs: UNDEF_TIMESTAMP,
    },
    { ...order, action: "R", side: "N", price: UNDEF_PRICE, size: 0, flags: F_SNAPSHOT | 8 },
    order,
    {
      ...order,
      orderId: 0xffff_ffff_ffff_ffffn,
      price: -250_000_000n,
      size: UNDEF_SIZE,
      side: "A",
    },
    {
      ...header,
      rtype: RTYPE_MBP_0,
      price: 100_500_000_000n,
      size: 2,
      action: "T",
      side: "A",
      flags: F_LAST,
      depth: 1,
      tsRecv: NOON + 3_000n,
      tsInDelta: 2_147_483_647,
      sequence: 8,
    },
    { ...definition, ...(version < 3 ? until2 : from3) },
    { ...header, rtype: RTYPE_SYSTEM, msg: "Heartbeat", ...(!isOld && { code: 0 }) },
    {
      ...header,
      rtype: RTYPE_ERROR,
      err: "a made error",
      ...(!isOld && { code: 7, isLast: 1 }),
    },
    { publisherId: 1, instrumentId: 42, tsEvent: NOON + 9n, rtype: 18, bytes: status },
    { ...order, action: "M", sequence: 9 },
  ];
}

/** A made file of a version. */
export function madeFile(version: number): Uint8Array {
  return join(
    encodeMetadata({
      version,
      dataset: "MADE.UP",
      schema: SCHEMA_MIXED,
      start: NOON,
      end: null,
      symbols: ["MAD.FUT"],
      mappings: [{
        rawSymbol: "MADH6",
        intervals: [{ startDate: 20260102, endDate: 20260103, symbol: "42" }],
      }],
    }),
    ...madeRecords(version).map((record) => encodeRecord(record, version)),
  );
}

/** Path of a file in the package's testdata folder. */
export function testdata(name: string): string {
  return projectFile(`engine/dbn/testdata/${name}`);
}

if (import.meta.main) {
  for (const version of [1, 2, 3]) {
    const file = madeFile(version);
    const half = file.length >> 1;
    const frames = [file.subarray(0, half), file.subarray(half)].map((part) =>
      new Uint8Array(zstdCompressSync(part))
    );
    await Deno.writeFile(testdata(`made.v${version}.dbn`), file);
    await Deno.writeFile(testdata(`made.v${version}.dbn.zst`), join(...frames));
  }
}
