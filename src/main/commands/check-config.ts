import { describeConfig } from '../../config/describe-config.ts';
import { servedNetworks } from '../../config/served-networks.ts';
import { readConfig } from '../read-config.ts';
import type { GlobalOptions } from './global-options.ts';

/** `tidemark config check`: every problem at once (thrown), or what is in effect and where each value came from. */
export function checkConfig(options: GlobalOptions): void {
  const config = readConfig(options);
  if (config.ethereum !== null) servedNetworks(config.ethereum, config);
  for (const notice of config.notices) console.error(`${notice.level}: ${notice.text}`);
  console.log(describeConfig(config));
}
