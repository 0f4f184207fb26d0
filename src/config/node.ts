/**
 * The configuration before it is checked: what each layer says, with the place where it says so. Layers are laid over
 * each other as trees of nodes, so that every later error and every shown value can name its place.
 */

/** Where something stands, for a person: `tidemark.yaml:3:7`, `TIDEMARK_LOG__LEVEL`, `--log`. */
export interface Place {
  readonly text: string;
  /** Without the column: for the list of settings. */
  readonly source: string;
  /** Sorts the places of one layer. */
  readonly order: number;
}

interface Stand {
  readonly at: Place;
  /** Where the key stands that this is the value of; for list items, the item itself. */
  readonly keyAt: Place;
}

export type Scalar = string | number | boolean | null;

export interface ScalarNode extends Stand {
  readonly kind: 'scalar';
  readonly value: Scalar;
  /** As it is written in the file, when it stands there without quotes; null otherwise. */
  readonly plain: string | null;
}

export interface MapNode extends Stand {
  readonly kind: 'map';
  readonly entries: Map<string, Node>;
}

export interface ListNode extends Stand {
  readonly kind: 'list';
  readonly items: readonly Node[];
}

export type Node = ScalarNode | MapNode | ListNode;

export type Path = readonly (string | number)[];

/** The node at `path`, or null when nothing stands there. */
export function nodeAt(root: Node, path: Path): Node | null {
  let node: Node | undefined = root;
  for (const key of path) node = node === undefined ? undefined : childOf(node, key);
  return node ?? null;
}

/** The deepest node that stands on the way to `path`, with its own path. */
export function nearestNode(root: Node, path: Path): { node: Node; path: Path } {
  for (let length = path.length; length > 0; length -= 1) {
    const node = nodeAt(root, path.slice(0, length));
    if (node !== null) return { node, path: path.slice(0, length) };
  }
  return { node: root, path: [] };
}

function childOf(node: Node, key: string | number): Node | undefined {
  if (node.kind === 'map') return node.entries.get(String(key));
  return node.kind === 'list' && typeof key === 'number' ? node.items[key] : undefined;
}

/**
 * Puts a node at `path`, making the maps above it. Where something else than a map stands in the way it stays, since
 * the check of its type will name it.
 */
export function put(root: MapNode, path: readonly string[], node: Node): void {
  let map = root;
  for (const key of path.slice(0, -1)) {
    const below = map.entries.get(key);
    const next = below === undefined || isNothing(below) ? emptyMap(node.keyAt) : below;
    if (next.kind !== 'map') return;
    map.entries.set(key, next);
    map = next;
  }
  map.entries.set(path.at(-1) ?? '', node);
}

/** Lays `top` over `base`: maps are joined, anything else is replaced. */
export function overlay(base: MapNode, top: MapNode): void {
  for (const [key, node] of top.entries) {
    const below = base.entries.get(key);
    if (below?.kind === 'map' && node.kind === 'map') overlay(below, node);
    else base.entries.set(key, node);
  }
}

export function emptyMap(at: Place): MapNode {
  return { kind: 'map', at, keyAt: at, entries: new Map() };
}

/** Is this a key with nothing after its colon? */
export function isNothing(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** The plain value of a node, for the schema. */
export function plainValue(node: Node): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plainValue);
  return Object.fromEntries([...node.entries].map(([key, child]) => [key, plainValue(child)]));
}

const keyLengthMax = 60;

/** `tezos.tz1….allow.generic[2]`; a key with odd characters is quoted, since it comes from a file that may be any. */
export function pathText(path: Path): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${keyText(key)}`)).join('');
  return text.replace(/^\./u, '');
}

function keyText(key: string): string {
  return /^[\w-]+$/u.test(key) && key.length <= keyLengthMax ? key : JSON.stringify(key.slice(0, keyLengthMax));
}
