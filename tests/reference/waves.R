# The figures that tests/test_overlap.py holds ledanalysis to, from the survey package (Lumley) on waves.csv, which is
# made up: the same municipalities in both waves, so that stacking the waves with the municipality as psu gives the
# variance of the change. Not needed to run the tests. From the folder of this file:
#     Rscript waves.R
# R 4.2.2, survey 4.1.1.
suppressMessages(library(survey))
data <- read.csv("waves.csv", stringsAsFactors = FALSE)
long <- rbind(
  data.frame(data[c("municipality", "stratum", "population", "weight", "size")], y = data$before, wave = 0),
  data.frame(data[c("municipality", "stratum", "population", "weight", "size")], y = data$now, wave = 1))
change <- function(fpc, domain) {
  design <- svydesign(ids = ~municipality, strata = ~stratum, weights = ~weight, data = long, fpc = if (fpc) ~population else NULL)
  part <- subset(design, !is.na(y) & (domain == "all" | size == domain))
  means <- svyby(~y, ~wave, part, svymean, covmat = TRUE)
  contrast <- svycontrast(means, c(-1, 1))
  data.frame(fpc = fpc, domain = domain, estimate = as.numeric(coef(contrast)), se = as.numeric(SE(contrast)))
}
cells <- list()
for (fpc in c(TRUE, FALSE)) for (domain in c("all", "small", "large")) cells[[length(cells) + 1]] <- change(fpc, domain)
write.csv(format(do.call(rbind, cells), digits = 15), "changes.csv", row.names = FALSE, quote = FALSE)
