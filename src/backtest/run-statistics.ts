/** The figures of one run (R12.3). Money is quote currency, ratios are plain; what cannot be told is null, never NaN. */

export interface RungFigures {
  /** Null: what was closed without a rung. */
  readonly rung: number | null;
  readonly exits: number;
  /** Before fees: over all rungs it is the gross profit. */
  readonly profit: number;
}

export interface ReasonFigures {
  readonly reason: string;
  /** Positions that ended so. */
  readonly positions: number;
  readonly netProfit: number;
}

export interface MonthFigures {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** Positions that ended in it. */
  readonly positions: number;
  readonly netProfit: number;
}

/** Positions with `from` ≤ R < `to`; the outer bars hold everything beyond, and reach as far as that does. */
export interface HistogramBar {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Equity at a moment: the balance, what was realised by then, and what open positions were worth. */
export interface EquityPoint {
  readonly atMs: number;
  readonly equity: number;
  /** Below the highest equity before; never above zero. */
  readonly drawdown: number;
}

export interface RunStatistics {
  readonly positions: number;
  readonly wins: number;
  readonly losses: number;
  readonly winRate: number | null;
  readonly netProfit: number;
  readonly grossProfit: number;
  readonly fees: number;
  readonly funding: number;
  /** Net wins ÷ net losses; null where nothing was lost. */
  readonly profitFactor: number | null;
  /** Net profit of an average position. */
  readonly expectancy: number | null;
  readonly averageR: number | null;
  readonly medianR: number | null;
  readonly bestR: number | null;
  readonly worstR: number | null;
  /** How far the price went for an average position, and against it, as price moves from the entry. */
  readonly averageMfe: number | null;
  readonly averageMae: number | null;
  readonly averageHoldingMs: number | null;
  readonly longestLosingStreak: number;
  /** Share of the time in which at least one position was open. */
  readonly exposure: number | null;
  /** The deepest fall of equity below its highest, as money (never above zero) and as a share of that highest. */
  readonly maximumDrawdown: number;
  readonly maximumDrawdownShare: number | null;
  readonly byRung: readonly RungFigures[];
  readonly byReason: readonly ReasonFigures[];
  readonly byMonth: readonly MonthFigures[];
  readonly rHistogram: readonly HistogramBar[];
  readonly equity: readonly EquityPoint[];
}
