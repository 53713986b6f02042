# The figures that tests/test_estimation.py and tests/test_weighting.py hold ledanalysis to, from the survey package
# (Lumley) on sample.csv, which is made up. Not needed to run the tests. From the folder of this file:
#     Rscript reference.R
# R 4.2.2, survey 4.1.1.
suppressMessages(library(survey))
options(survey.lonely.psu = "adjust", digits = 17)

data <- read.csv("sample.csv", stringsAsFactors = FALSE)
data$one <- 1
data$change <- data$future - data$now
# the fraction of each stratum's units that is in: whole psu are taken, and how many there are is not known
data$fraction <- ave(data$one, data$stratum, FUN = sum) / data$population
data$lonely_fraction <- ave(data$one, data$lonely, FUN = sum) / data$lonely_population

designs <- list(
  weights = svydesign(ids = ~1, weights = ~weight, data = data),
  strata = svydesign(ids = ~1, strata = ~stratum, weights = ~weight, data = data),
  psu = svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, nest = TRUE, data = data),
  fpc = svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, nest = TRUE, fpc = ~fraction, data = data),
  lonely = svydesign(ids = ~psu, strata = ~lonely, weights = ~weight, nest = TRUE, data = data),
  lonely_fpc = svydesign(ids = ~psu, strata = ~lonely, weights = ~weight, nest = TRUE, fpc = ~lonely_fraction, data = data)
)

# An estimate with its interval: df of the psu and strata that hold valid answers in the domain.
row <- function(estimate, part, statistic) {
  df <- degf(part)
  half <- if (df > 0) qt(0.975, df) * as.numeric(SE(estimate)) else NA
  value <- as.numeric(coef(estimate))
  ends <- c(value - half, value + half)
  if (statistic == "share" && value > 0 && value < 1 && df > 0)
    ends <- as.numeric(confint(svyciprop(~share_item, part, method = "xlogit", df = df)))  # the closed form
  if (statistic == "share" && (value == 0 || value == 1)) ends <- c(NA, NA)  # not the survey package's rule
  data.frame(estimate = value, se = as.numeric(SE(estimate)), df = df, lower = ends[1], upper = ends[2],
             n = nrow(part), population = sum(weights(part)))
}

items <- list(mean = c("now", "future", "staff"), total = c("staff", "has", "one"), share = c("has", "rare"),
              change = c("future/now"), ratio = c("euro/staff"))
cells <- list()
for (name in names(designs)) for (by in c("", "size", "region")) for (statistic in names(items))
  for (item in items[[statistic]]) {
    design <- designs[[name]]
    sides <- strsplit(item, "/")[[1]]
    domains <- if (by == "") "all" else sort(unique(data[[by]]))
    for (domain in domains) {
      inside <- if (by == "") TRUE else data[[by]] == domain
      kept <- inside & rowSums(is.na(data[sides])) == 0
      design$variables$share_item <- data[[sides[1]]]
      part <- subset(design, kept)
      estimate <- switch(statistic,
        mean = svymean(as.formula(paste0("~", item)), part),
        share = svymean(~share_item, part),
        total = svytotal(as.formula(paste0("~", item)), part),
        change = svymean(~change, part),
        ratio = svyratio(~euro, ~staff, part))
      cells[[length(cells) + 1]] <- cbind(design = name, by = by, domain = domain, statistic = statistic,
                                          item = item, row(estimate, part, statistic))
    }
  }
estimates <- do.call(rbind, cells)

# svyby must say the same as a subset per domain
for (name in names(designs)) for (item in items$mean) {
  by <- svyby(as.formula(paste0("~", item)), ~region, designs[[name]], svymean, na.rm = TRUE)
  here <- estimates[estimates$design == name & estimates$by == "region" & estimates$statistic == "mean" & estimates$item == item, ]
  stopifnot(all.equal(as.numeric(coef(by)), here$estimate, tolerance = 1e-12))
  stopifnot(all.equal(as.numeric(SE(by)), here$se, tolerance = 1e-12))
}

# The covariance of means of several items (rows that have all), and a domain less another.
covariances <- list()
for (name in names(designs)) {
  part <- subset(designs[[name]], complete.cases(data[c("now", "future", "has")]))
  matrix <- vcov(svymean(~now + future + has, part))
  by <- svyby(~staff, ~I(size == "small"), subset(designs[[name]], !is.na(staff)), svymean, covmat = TRUE)
  apart <- svycontrast(by, c(-1, 1))
  covariances[[name]] <- rbind(
    data.frame(design = name, first = rep(rownames(matrix), 3), second = rep(colnames(matrix), each = 3), value = as.numeric(matrix)),
    data.frame(design = name, first = "small", second = c("difference", "variance"), value = c(coef(apart), SE(apart)^2)))
}

# Raking to two margins, from equal weights and from the sample's own.
size <- data.frame(size = c("large", "medium", "small"), Freq = c(60, 98, 160))
region <- data.frame(region = c("east", "north", "south", "west"), Freq = c(33, 100, 90, 95))
equal <- svydesign(ids = ~1, weights = ~one, data = data)
raked <- function(design)
  weights(rake(design, list(~size, ~region), list(size, region), control = list(maxit = 1000, epsilon = 1e-13, verbose = FALSE)))
weights <- data.frame(unit = data$unit, equal = raked(equal), own = raked(designs$weights))

save <- function(table, file) {
  numbers <- sapply(table, is.numeric) & !(names(table) %in% c("df", "n", "unit"))
  table[numbers] <- lapply(table[numbers], function(x) ifelse(is.na(x), NA, sprintf("%.17g", x)))
  write.table(table, file, sep = ",", row.names = FALSE, quote = FALSE, na = "NA", eol = "\n")
}
save(estimates, "estimates.csv")
save(do.call(rbind, covariances), "covariances.csv")
save(weights, "weights.csv")
