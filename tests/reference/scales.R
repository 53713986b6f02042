# The figures that tests/test_scales.py and tests/test_rankings.py hold ledanalysis to: a factor model (stats::factanal)
# and Cronbach's alpha with Feldt's interval on scales.csv, and a Plackett-Luce likelihood maximised as it is written
# down (stats::optim) on rankings.csv; both are made up. Not needed to run the tests. From the folder of this file:
#     Rscript scales.R
# R 4.2.2.
options(digits = 17)

data <- read.csv("scales.csv")
k <- ncol(data)
n <- nrow(data)
alpha <- k / (k - 1) * (1 - sum(diag(cov(data))) / sum(cov(data)))
ends <- 1 - (1 - alpha) * qf(c(0.975, 0.025), n - 1, (n - 1) * (k - 1))
fit <- factanal(data, 1, control = list(opt = list(factr = 10, pgtol = 0)))
loadings <- as.numeric(fit$loadings) * sapply(data, sd)
unique <- fit$uniquenesses * sapply(data, var)
omega <- sum(loadings)^2 / (sum(loadings)^2 + sum(unique))

ranked <- read.csv("rankings.csv")
weights <- ranked$weight
points <- as.matrix(ranked[names(ranked) != "weight"])
items <- ncol(points)
ghost <- 0.5
minus <- function(theta) {  # the last is the ghost
  total <- 0
  for (i in seq_len(nrow(points))) for (j in which(points[i, ] > 0)) {
    left <- which(points[i, ] <= points[i, j])
    total <- total + weights[i] * (theta[j] - log(sum(exp(theta[left]))))
  }
  for (j in seq_len(items)) {
    both <- log(exp(theta[j]) + exp(theta[items + 1]))
    total <- total + ghost * (theta[j] - both) + ghost * (theta[items + 1] - both)
  }
  -total + sum(theta[seq_len(items)])^2  # which of all equal ones: those that add up to 0
}
best <- optim(rep(0, items + 1), minus, method = "BFGS", control = list(reltol = 1e-15, maxit = 10000))
best <- optim(best$par, minus, method = "BFGS", control = list(reltol = 1e-16, maxit = 10000))
worth <- exp(best$par[seq_len(items)]) / sum(exp(best$par[seq_len(items)]))

saved <- data.frame(
  figure = c("alpha", "alpha_lower", "alpha_upper", "omega", paste0("loading_", names(data)), paste0("worth_", colnames(points))),
  value = c(alpha, ends, omega, as.numeric(fit$loadings), worth))
saved$value <- sprintf("%.12g", saved$value)
write.table(saved, "scales_expected.csv", sep = ",", row.names = FALSE, quote = FALSE, eol = "\n")
