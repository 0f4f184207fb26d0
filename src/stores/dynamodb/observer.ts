/** What the store tells of itself, for log and metrics. */
export interface DynamoDbObserver {
  /** One request was answered, or was not. A failed condition is an error here, as the seed counts it. */
  operation(operation: OperationLabel, result: 'success' | 'error', seconds: number): void;
  /** @param type AWS's code, such as `ConditionalCheckFailedException`, or the system's, such as `ECONNRESET` */
  error(operation: OperationLabel, type: string): void;
  info(text: string): void;
  warn(text: string): void;
}

/** The seed names `put` and `create_table`; the others follow its pattern. */
export type OperationLabel =
  'put' | 'get' | 'update' | 'scan' | 'create_table' | 'describe_table' | 'describe_time_to_live';

export const silentObserver: DynamoDbObserver = {
  operation: () => {},
  error: () => {},
  info: () => {},
  warn: () => {},
};
