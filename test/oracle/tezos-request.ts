/** What a Tezos request is about: never two different ones of the same place. */
export interface Place {
  readonly duty: 'block' | 'preattestation' | 'attestation';
  /** Four bytes in hex. */
  readonly chain: string;
  readonly level: number;
  readonly round: number;
}

const duties = { 0x11: 'block', 0x12: 'preattestation', 0x13: 'attestation' } as const;
/** Protocol, predecessor, timestamp, validation passes, hash of the operations: they stand before the fitness. */
const beforeFitness = 1 + 32 + 8 + 1 + 32;
const branchBytes = 32;
/** Operations of tz4 keys begin with a tag from here on, and name no slot. */
const firstTagOfAggregates = 40;

/** @param hex a request as it was sent @returns null for what is no consensus message, or is cut short */
export function placeOf(hex: string): Place | null {
  const bytes = Buffer.from(hex, 'hex');
  const duty = duties[bytes[0] as keyof typeof duties];
  if (duty === undefined) return null;
  try {
    const chain = bytes.toString('hex', 1, 5);
    return { duty, chain, ...(duty === 'block' ? positionOfBlock(bytes) : positionOfVote(bytes)) };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

type Position = Pick<Place, 'level' | 'round'>;

/** The round is the last number of the fitness. */
function positionOfBlock(bytes: Buffer): Position {
  const fitness = 1 + 4 + 4 + beforeFitness;
  const end = fitness + 4 + bytes.readUInt32BE(fitness);
  return { level: bytes.readUInt32BE(5), round: bytes.readUInt32BE(end - 4) };
}

function positionOfVote(bytes: Buffer): Position {
  const tag = 1 + 4 + branchBytes;
  const level = tag + 1 + (bytes.readUInt8(tag) < firstTagOfAggregates ? 2 : 0);
  return { level: bytes.readUInt32BE(level), round: bytes.readUInt32BE(level + 4) };
}
