/** What keeps back what was read: a pilot of the call that is under way (R15), a panel that is (R7). */
export const WITHHELD: readonly string[] = ['pilot_withheld', 'panel_reading'];
