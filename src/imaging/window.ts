/** A window of Hounsfield units: its centre (level) and its width. */
export interface Window {
  readonly level: number;
  readonly width: number;
}

/** The window in which lungs are read. */
export const lungWindow: Window = { level: -600, width: 1500 };
/** The window in which the mediastinum is read. */
export const mediastinalWindow: Window = { level: 40, width: 400 };

/** Hounsfield units that a window shows, the lowest as black, the highest as white. */
export function windowToRange({ level, width }: Window): { readonly low: number; readonly high: number } {
  return { low: level - width / 2, high: level + width / 2 };
}

/** The window that shows a range: the way back from {@link windowToRange}. */
export function rangeToWindow(low: number, high: number): Window {
  return { level: (low + high) / 2, width: high - low };
}

/** Hounsfield units → gray, 0…255, not rounded; what lies outside the window is black or white. */
export function hounsfieldToGray(units: number, window: Window): number {
  const { low } = windowToRange(window);
  return Math.min(255, Math.max(0, ((units - low) / window.width) * 255));
}

/** Gray, 0…255 → Hounsfield units: the way back from {@link hounsfieldToGray}, within the window. */
export function grayToHounsfield(gray: number, window: Window): number {
  return windowToRange(window).low + (gray / 255) * window.width;
}
