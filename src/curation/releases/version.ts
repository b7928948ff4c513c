/** How far a release differs from another: words alone, more images, or what makes old results no longer comparable. */
export type ChangeLevel = 'none' | 'patch' | 'minor' | 'major';

/** The version after a change: `1.2.3` → `2.0.0`, `1.3.0` or `1.2.4` (Semantic Versioning 2.0.0). */
export function nextVersion(version: string, level: ChangeLevel): string {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (level === 'major') return `${major + 1}.0.0`;
  if (level === 'minor') return `${major}.${minor + 1}.0`;
  return level === 'patch' ? `${major}.${minor}.${patch + 1}` : version;
}
