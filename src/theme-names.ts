/** The names of the themes, as `/theme` offers them and the config takes them. */
export const THEME_NAMES = ['auto', 'dark', 'light', 'colour-blind', 'terminal', 'none'] as const;
