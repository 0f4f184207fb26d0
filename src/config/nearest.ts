import { distance } from 'fastest-levenshtein';

/** Longer texts are not typing errors, and comparing them takes time in the square of the length. */
const lengthMax = 64;

/** The choice that was probably meant, or null when none is near. */
export function nearest(found: string, choices: readonly string[]): string | null {
  if (found.length > lengthMax) return null;
  const word = found.toLowerCase().replaceAll('-', '_');
  const [best] = [...new Set(choices)]
    .map((choice) => ({ choice, distance: distance(word, choice.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  if (best === undefined || best.distance > Math.max(1, Math.floor(best.choice.length / 3))) return null;
  return best.choice;
}
