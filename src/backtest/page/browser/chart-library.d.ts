/** What the chart library's own script leaves behind for the page's script. */
declare const LightweightCharts: typeof import("lightweight-charts");
