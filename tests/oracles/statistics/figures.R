# Writes figures-r.json: DeLong's paired test (pROC), logistic recalibration (glm) and Holm's correction of figures.csv.
suppressMessages(library(pROC))
cases <- read.csv("figures.csv", header = FALSE, col.names = c("case", "truth", "first", "second"))
margin <- 1e-6
logit <- function(p) qlogis(pmin(pmax(p, margin), 1 - margin))
number <- function(x) if (is.finite(x)) sprintf("%.15g", x) else "null"
tight <- glm.control(epsilon = 1e-15, maxit = 200)
lines <- sapply(split(cases, cases$case), function(one) {
  first <- roc(one$truth, one$first, direction = "<", levels = c(0, 1), quiet = TRUE)
  second <- roc(one$truth, one$second, direction = "<", levels = c(0, 1), quiet = TRUE)
  test <- suppressWarnings(roc.test(first, second, method = "delong", paired = TRUE))
  one$x <- logit(one$first)
  fit <- suppressWarnings(glm(truth ~ x, family = binomial, data = one, control = tight))
  large <- suppressWarnings(glm(truth ~ 1 + offset(x), family = binomial, data = one, control = tight))
  sprintf('{"case": %d, "variance": %s, "difference": %s, "z": %s, "p": %s, "low": %s, "high": %s, "slope": %s, "intercept": %s, "inTheLarge": %s}',
          one$case[1], number(var(first, method = "delong")), number(auc(first) - auc(second)), number(test$statistic), number(test$p.value),
          number(test$conf.int[1]), number(test$conf.int[2]), number(coef(fit)[2]), number(coef(fit)[1]), number(coef(large)[1]))
})
p <- c(0.04, 0.001, 0.3, 0.012, 0.012, 0.9)
writeLines(c(sprintf('{"made with": "R %s, pROC %s",', getRversion(), packageVersion("pROC")),
             sprintf('"holm": {"p": [%s], "adjusted": [%s]},', paste(p, collapse = ", "), paste(sapply(p.adjust(p, "holm"), number), collapse = ", ")),
             '"cases": [', paste(lines, collapse = ",\n"), "]}"), "figures-r.json")
