import { defineConfig, type OxlintOverride } from 'oxlint';
import { rooms, type RoomName } from './scripts/rooms.ts';

const names = Object.keys(rooms) as RoomName[];

/** Forbids, in one room, what the table does not allow: other rooms, and anything behind an allowed room's index. */
function boundary(room: RoomName): OxlintOverride {
  const allowed: readonly string[] = rooms[room].imports;
  const others = names.filter((name) => name !== room);
  const walled = others.filter((name) => !allowed.includes(name));
  const open = others.filter((name) => allowed.includes(name));
  const patterns = [
    ...walled.map((name) => ({
      regex: `^(\\.\\./)+${name}/`,
      message: `src/${room} may not import src/${name}: see the table in docs/ARCHITECTURE.md.`,
    })),
    ...open.flatMap((name) => {
      const doors = rooms[name].doors.map((door) => `!../**/${name}/${door}`);
      return doors.length === 0
        ? []
        : [{ group: [`../**/${name}/**`, ...doors], message: `Import src/${name} through its index.ts, which is its whole public face.` }];
    }),
  ];
  return { files: [`src/${room}/**/*.ts`, `src/${room}/**/*.tsx`], rules: { 'no-restricted-imports': ['error', { patterns }] } };
}

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error' },
  rules: {
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/ban-ts-comment': 'error',
    'typescript/consistent-type-imports': 'error',
    eqeqeq: 'error',
    'no-console': 'error',
    'no-await-in-loop': 'off',
    'no-shadow': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'import/no-unassigned-import': 'off',
  },
  ignorePatterns: ['dist', 'node_modules'],
  overrides: [
    ...names.map(boundary),
    {
      files: ['src/web/**'],
      plugins: ['typescript', 'unicorn', 'oxc', 'import', 'react', 'jsx-a11y'],
      rules: {
        'react/rules-of-hooks': 'error',
        'react/exhaustive-deps': 'error',
        'react/react-in-jsx-scope': 'off',
        // No compiler rewrites these components, so that what it could not memoise is no fault.
        'react/incompatible-library': 'off',
        'react/set-state-in-effect': 'off',
        // Something to be done whenever a value changes is an effect of that value, used in it or not.
        'react/exhaustive-effect-dependencies': 'off',
        // A grid of pictures is no table, and a bar in parts is no picture file.
        'jsx-a11y/prefer-tag-over-role': 'off',
        // Tiles and logs are scrolled by keys, and answer keys by their roles.
        'jsx-a11y/no-noninteractive-tabindex': 'off',
        'jsx-a11y/no-noninteractive-element-interactions': 'off',
        // A worker's messages have no origin.
        'unicorn/require-post-message-target-origin': 'off',
      },
    },
    { files: ['scripts/**', 'bench/**'], rules: { 'no-console': 'off' } },
    // Suites of the real release are described by a helper that adds why they may be skipped.
    { files: ['tests/support/**'], rules: { 'vitest/valid-title': 'off', 'vitest/valid-describe-callback': 'off' } },
  ],
});
