/** The preset is a matter of the whole process, so each has a file of its own. */
process.env['LODESTAR_PRESET'] = 'gnosis';
const { compareRoots } = await import('./compare.ts');
compareRoots('gnosis', { small: 250, full: 50 });
