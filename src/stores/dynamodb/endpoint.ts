import { Fault } from '../../base/fault.ts';

const regionPattern = /^[a-z0-9]+(?:-[a-z0-9]+)+$/u;

/** Where DynamoDB of a region is. @throws Fault `config_invalid` for a text that is no region, or no address */
export function endpointOf(region: string, given: string | undefined): URL {
  if (!regionPattern.test(region)) {
    throw new Fault('config_invalid', `${JSON.stringify(region)} is no AWS region; expected one such as us-east-1`);
  }
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const text = given ?? `https://dynamodb.${region}.${domain}`;
  if (!/^https?:\/\//u.test(text) || !URL.canParse(text)) {
    throw new Fault(
      'config_invalid',
      `${JSON.stringify(text)} is no address; expected http://host:port or https://host`,
    );
  }
  return new URL(text);
}
