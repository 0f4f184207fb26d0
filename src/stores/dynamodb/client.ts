import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../base/fault.ts';
import type { Budget } from './budget.ts';
import type { CredentialSource } from './credentials.ts';
import { type Fields, isFields, textOf } from './fields.ts';
import { type Failure, failureOf, faultOf, isPassing } from './failure.ts';
import { HttpPost, type HttpReply, NoAnswer, type TryLimits } from './http-post.ts';
import { isItem, type Item } from './item.ts';
import type { DynamoDbObserver, OperationLabel } from './observer.ts';
import { RequestSigner } from './request-signer.ts';

/** Every action that this program asks DynamoDB for; docs/operations/aws-iam.md lists them, and a test compares. */
export const actions = {
  PutItem: 'put',
  GetItem: 'get',
  UpdateItem: 'update',
  Scan: 'scan',
  CreateTable: 'create_table',
  DescribeTable: 'describe_table',
  DescribeTimeToLive: 'describe_time_to_live',
} as const satisfies Record<string, OperationLabel>;

export type Action = keyof typeof actions;

/** What came of a call that was answered. */
export type Reply =
  | { readonly kind: 'done'; readonly output: Fields }
  /** A condition did not hold. `item` is what stands there; null when the server did not send it. */
  | { readonly kind: 'condition_failed'; readonly item: Item | null };

export interface ClientOptions {
  readonly endpoint: URL;
  readonly region: string;
  readonly table: string;
  readonly credentials: CredentialSource;
  readonly observer: DynamoDbObserver;
}

/** The first pause between two tries, and the longest; each is multiplied by chance, so that replicas drift apart. */
const pauseMs = 20;
const pauseMsMax = 200;

/**
 * Asks DynamoDB, in its JSON protocol. AWS's own client takes more time for one call than a BLS signature takes; this
 * is what it leaves of it: sign, post, try again. A call is only ever tried again as it was.
 */
export class DynamoClient {
  readonly table: string;
  readonly #observer: DynamoDbObserver;
  readonly #signer: RequestSigner;
  readonly #http: HttpPost;

  constructor({ endpoint, region, table, credentials, observer }: ClientOptions) {
    this.table = table;
    this.#observer = observer;
    this.#signer = new RequestSigner(endpoint, region, credentials);
    this.#http = new HttpPost(endpoint);
  }

  /**
   * @param input without the table's name
   * @throws Fault `store_unavailable` with the facts `reason` and `aws_code`: of a write nobody knows whether it was
   *   made
   */
  async call(action: Action, input: object, budget: Budget): Promise<Reply> {
    const body = Buffer.from(JSON.stringify({ TableName: this.table, ...input }));
    let told: Failure | null = null;
    for (let tries = 1; ; tries += 1) {
      const left = budget.untilMs - performance.now();
      const outcome = await this.#try(action, body, limitsWithin(budget.each, left));
      if (!('reason' in outcome)) return outcome;
      // The last try may have no time left: what the service said before tells more than that.
      if (outcome.reason !== 'no_answer') told = outcome;
      const pause = Math.random() * Math.min(pauseMs * 2 ** tries, pauseMsMax);
      if (!isPassing(outcome) || performance.now() + pause >= budget.untilMs) {
        throw faultOf(action, this.table, told ?? outcome);
      }
      await sleep(pause);
    }
  }

  /** Drops the connections. */
  end(): void {
    this.#http.end();
  }

  async #try(action: Action, body: Buffer, limits: TryLimits): Promise<Reply | Failure> {
    const started = performance.now();
    const outcome = await this.#ask(action, body, limits);
    const code = 'reason' in outcome ? outcome.code : outcome.kind === 'done' ? null : conditionFailed;
    const label = actions[action];
    this.#observer.operation(label, code === null ? 'success' : 'error', (performance.now() - started) / 1000);
    if (code !== null) this.#observer.error(label, code);
    return outcome;
  }

  async #ask(action: Action, body: Buffer, limits: TryLimits): Promise<Reply | Failure> {
    let headers: Record<string, string>;
    try {
      headers = await this.#signer.headers(action, body);
    } catch (error) {
      const text = `no usable credentials were found (${messageOf(error)})`;
      return { reason: 'denied', code: 'CredentialsProviderError', text };
    }
    try {
      return replyOf(await this.#http.post(headers, body, limits));
    } catch (error) {
      if (error instanceof NoAnswer) return { reason: 'no_answer', code: error.type, text: error.message };
      throw error;
    }
  }
}

const conditionFailed = 'ConditionalCheckFailedException';

function limitsWithin({ answerMs, totalMs }: TryLimits, leftMs: number): TryLimits {
  const left = Math.max(leftMs, 1);
  return { answerMs: Math.min(answerMs, left), totalMs: Math.min(totalMs, left) };
}

function replyOf({ status, body, date }: HttpReply): Reply | Failure {
  const output = objectOf(body);
  if (output === null) return failureOf(500, 'UnreadableAnswer', `status ${status}`);
  if (status === 200) return { kind: 'done', output };
  const code = textOf(output['__type']).replace(/^.*#/u, '');
  if (status === 400 && code === conditionFailed)
    return { kind: 'condition_failed', item: isItem(output['Item']) ? output['Item'] : null };
  const failure = failureOf(
    status,
    code === '' ? `Status${status}` : code,
    textOf(output['message']) || textOf(output['Message']),
  );
  return failure.reason === 'clock_skew'
    ? { ...failure, text: `${failure.text}; the server's clock: ${date}` }
    : failure;
}

function objectOf(body: string): Fields | null {
  try {
    const value: unknown = JSON.parse(body);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}
