# awk -F, -f traces/requests/thin.awk AzureLLMInferenceTrace_conv.csv: the requests of day.csv.
NR == 1 { next }
{
  split(substr($1, 12), clock, ":")
  second = clock[1] * 3600 + clock[2] * 60 + clock[3]
  if (NR == 2) first = second
}
(NR - 2) % 400 == 0 && $2 + $3 <= 4096 { printf "%.0f,%d,%d\n", (second - first) * 24 * 1000000, $2, $3 }
