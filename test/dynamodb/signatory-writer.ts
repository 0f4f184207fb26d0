import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Mark } from '../../src/protection/mark.ts';

/** Signatory's names for what it signs; each has a row of its own, though two of them are one duty. */
export type SignatoryKind = 'block' | 'preattestation' | 'attestation' | 'attestation_with_dal';

/**
 * Writes watermarks as Signatory 1.2 and later does with `driver: aws`: one conditional PutItem for each kind, the
 * digest as 32 raw bytes, no read, and whatever goes wrong is a refusal. Read off its table and its documents; its
 * repeats of the same bytes are refused, too.
 */
export class SignatoryWriter {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** @returns whether it signs */
  async isSafeToSign(place: { chain: string; pkh: string; kind: SignatoryKind }, mark: Mark): Promise<boolean> {
    const digest = Buffer.from(mark.root ?? '', 'hex');
    const lvl = { N: `${mark.height}` };
    const round = { N: `${mark.round}` };
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: {
        idx: { S: `${place.chain}/${place.pkh}` },
        request: { S: place.kind },
        lvl,
        round,
        digest: { B: digest },
      },
      ConditionExpression: 'attribute_not_exists(idx) or lvl < :new_lvl or (lvl = :new_lvl and round < :new_round)',
      ExpressionAttributeValues: { ':new_lvl': lvl, ':new_round': round },
    });
    return await this.#client.send(command).then(
      () => true,
      () => false,
    );
  }
}
