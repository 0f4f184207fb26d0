/** The preset is a matter of the whole process, so each has a file of its own. */
process.env['LODESTAR_PRESET'] = 'mainnet';
const { compareRoots } = await import('./compare.ts');
compareRoots('mainnet', { small: 1000, full: 150 });
