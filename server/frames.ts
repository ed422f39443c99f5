import { Buffer } from "node:buffer";
import type { Pair } from "./client_socket.ts";

/** First byte of a message in one frame (RFC 6455, 5.2). */
const TEXT = 0x81;
const BINARY = 0x82;

/** Frames of pairs, made once for all clients that a pair goes to. */
const framed = new WeakMap<Pair, Buffer>();

/**
 * A text message as the frame that a server sends.
 *
 * @param text the message
 */
export function textFrame(text: string): Buffer {
  const bytes = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(headerBytes(bytes) + bytes);
  frame.write(text, putHeader(frame, 0, TEXT, bytes));
  return frame;
}

/**
 * A pair whose bytes nobody else changes, laid out as they are sent.
 *
 * @param pair both messages, and what else there is of them
 * @returns a copy; its binary message lies within its frames
 */
export function framedPair<Some extends Pair>(pair: Some): Some {
  const { head, rows } = pair;
  const headBytes = Buffer.byteLength(head);
  const buffer = new ArrayBuffer(
    headerBytes(headBytes) + headBytes + headerBytes(rows.length) + rows.length,
  );
  const frames = Buffer.from(buffer);
  let at = putHeader(frames, 0, TEXT, headBytes);
  at += frames.write(head, at);
  at = putHeader(frames, at, BINARY, rows.length);
  frames.set(rows, at);
  const copy = { ...pair, rows: new Uint8Array(buffer, at) };
  framed.set(copy, frames);
  return copy;
}

/**
 * The two messages of a pair as frames, one behind the other.
 *
 * @param pair both messages
 */
export function pairFrames(pair: Pair): Buffer {
  return framed.get(pair) ?? framed.get(framedPair(pair))!;
}

function headerBytes(length: number): number {
  return length < 126 ? 2 : length < 65_536 ? 4 : 10;
}

/** Writes a frame's header; where its payload begins. */
function putHeader(frame: Buffer, at: number, first: number, length: number): number {
  frame[at] = first;
  if (length < 126) {
    frame[at + 1] = length;
    return at + 2;
  }
  if (length < 65_536) {
    frame[at + 1] = 126;
    return frame.writeUInt16BE(length, at + 2);
  }
  frame[at + 1] = 127;
  return frame.writeBigUInt64BE(BigInt(length), at + 2);
}
