# Writes pROC.json: AUC, DeLong's variance and 95 % interval of each case of rocs.csv, as pROC computes them.
suppressMessages(library(pROC))
cases <- read.csv("rocs.csv", header = FALSE, col.names = c("case", "truth", "score"))
lines <- sapply(split(cases, cases$case), function(one) {
  roc <- roc(one$truth, one$score, direction = "<", levels = c(0, 1), quiet = TRUE)
  interval <- ci.auc(roc, method = "delong")
  sprintf('{"case": %d, "auc": %.15g, "variance": %.15g, "low": %.15g, "high": %.15g}',
          one$case[1], auc(roc), var(roc, method = "delong"), interval[1], interval[3])
})
writeLines(c(sprintf('{"made with": "pROC %s", "rocs": [', packageVersion("pROC")), paste(lines, collapse = ",\n"), "]}"), "pROC.json")
