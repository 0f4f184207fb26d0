import { chainIdOf, type ConsensusRequest } from './consensus-request.ts';
import { malformed, Reader, truncated } from './reader.ts';

const levelAt = 5;
const fitnessLengthAt = 83;
const fitnessAt = 87;
/** Without a locked round, and with one. */
const fitnessLengths = [33, 37];
/** Context and payload hash. */
const hashesLength = 64;
const nonceLength = 8;
const seedNonceHashLength = 32;
/** The version of Tenderbake in a fitness, with its length. */
const tenderbake = [0, 0, 0, 1, 2];

/**
 * Reads a block header (0x11) as a baker has it signed: without its signature. The round is that of the fitness, not
 * the payload round, which a proposal that is made again keeps from the first time.
 *
 * @throws Fault `truncated`, `number_range`, `trailing_bytes`, and `malformed_request` when the fitness is not that of
 *   Tenderbake, or says another level than the header
 */
export function parseBlockRequest(message: Uint8Array): ConsensusRequest {
  if (message.length < fitnessAt) throw truncated(fitnessAt, message.length);
  const level = new Reader(message, levelAt).natural('level');
  const reader = new Reader(message, fitnessLengthAt);
  const fitnessLength = reader.u32();
  if (!fitnessLengths.includes(fitnessLength)) throw malformed(`the fitness has ${fitnessLength} bytes, not 33 or 37`);
  reader.take(fitnessLength);
  const round = roundOf(new Reader(message, fitnessAt, fitnessAt + fitnessLength), level);
  checkRest(reader);
  return { kind: 'block', chainId: chainIdOf(message), level: BigInt(level), round: BigInt(round), operations: [] };
}

/** The fitness: version, level, locked round or nothing, predecessor's round (as its complement), round. */
function roundOf(fitness: Reader, level: number): number {
  for (const byte of tenderbake) {
    if (fitness.u8() !== byte) throw malformed("the fitness is not Tenderbake's");
  }
  checkLength(fitness, 4);
  if (fitness.natural('fitness level') !== level) throw malformed('the fitness says another level than the header');
  const lockedLength = fitness.u32();
  if (lockedLength === 4) fitness.natural('locked round');
  else if (lockedLength !== 0) throw malformed('the fitness has a malformed locked round');
  checkLength(fitness, 4);
  if (fitness.u32() <= 0x7fff_ffff) throw malformed("the fitness has a malformed predecessor's round");
  checkLength(fitness, 4);
  const round = fitness.natural('round');
  fitness.end();
  return round;
}

function checkLength(fitness: Reader, length: number): void {
  if (fitness.u32() !== length) throw malformed('the fitness has a part of the wrong length');
}

/** Context, payload hash and round, proof of work, seed nonce hash or none, votes: no watermark needs their values. */
function checkRest(reader: Reader): void {
  reader.take(hashesLength);
  reader.natural('payload round');
  reader.take(nonceLength);
  if (reader.flag()) reader.take(seedNonceHashLength);
  reader.u8();
  reader.end();
}
