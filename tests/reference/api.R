# The figures that tests/test_reference_api.py holds ledanalysis to: R's survey package on its `api` data (Academic
# Performance Index of California's schools, 1999-2000; distributed with the package, GPL-2 | GPL-3), of which api.csv
# keeps some columns, and on the example study and a bootstrap that inputs.py makes. Not needed to run the tests.
# From the folder of this file:
#     Rscript api.R
# R 4.2.2, survey 4.1.1.
suppressMessages(library(survey))
options(survey.lonely.psu = "adjust", digits = 17)
# else svytotal of replicates leaves strata that are in whole out of the replicates, but not out of the total they are held to
options(survey.drop.replicates = FALSE)
data(api)

save <- function(table, file) {
  numbers <- sapply(table, is.numeric) & !(names(table) %in% c("df", "n", "row"))
  table[numbers] <- lapply(table[numbers], function(x) ifelse(is.na(x), NA, sprintf("%.17g", x)))
  write.table(table, file, sep = ",", row.names = FALSE, quote = FALSE, na = "NA", eol = "\n")
}

kept <- c("stype", "dnum", "snum", "sch.wide", "awards", "api99", "api00", "acs.46", "enroll", "api.stu", "meals", "pw")
some <- function(data, name, fpc, fpc2) {
  part <- data[kept]
  part$sch.wide <- as.numeric(part$sch.wide == "Yes")
  part$awards <- as.numeric(part$awards == "Yes")
  part$one <- 1
  cbind(sample = name, part, fpc = fpc, fpc2 = fpc2)
}
samples <- list(srs = some(apisrs, "srs", apisrs$fpc, NA), strat = some(apistrat, "strat", apistrat$fpc, NA),
                clus1 = some(apiclus1, "clus1", apiclus1$fpc, NA), clus2 = some(apiclus2, "clus2", apiclus2$fpc1, apiclus2$fpc2))
save(do.call(rbind, samples), "api.csv")
school <- as.numeric(apipop$sch.wide == "Yes")
types <- data.frame(stype = c("E", "H", "M"), Freq = as.numeric(table(apipop$stype)))
wide <- data.frame(sch.wide = c(0, 1), Freq = as.numeric(table(school)))
both <- as.data.frame(table(stype = apipop$stype, sch.wide = school))
linear <- c("(Intercept)" = nrow(apipop), stypeH = 755, stypeM = 1018, api99 = sum(apipop$api99))
margins <- c("(Intercept)" = nrow(apipop), stypeH = 755, stypeM = 1018, sch.wide = sum(school))
stopifnot(all(types$Freq == c(4421, 755, 1018)))

srs <- svydesign(id = ~1, weights = ~pw, fpc = ~fpc, data = samples$srs)
strat <- svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = samples$strat)
clus1 <- svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = samples$clus1)
clus2 <- svydesign(id = ~dnum + snum, weights = ~pw, fpc = ~fpc + fpc2, data = samples$clus2)
tight <- list(epsilon = 1e-14, maxit = 200)
fit <- function(design, formula, totals, ...) calibrate(design, formula, totals, epsilon = 1e-13, maxit = 200, ...)
designs <- list(
  srs = srs, strat = strat, clus1 = clus1, clus2 = clus2,
  clus1_post = postStratify(clus1, ~stype, types), srs_cells = postStratify(srs, ~stype + sch.wide, both),
  clus1_linear = fit(clus1, ~stype + api99, linear), strat_linear = fit(strat, ~stype + api99, linear),
  clus1_bounded = fit(clus1, ~stype + api99, linear, bounds = c(0.75, 1.7)),
  srs_exponential = fit(srs, ~stype + api99, linear, calfun = "raking"),
  srs_raked = fit(srs, ~stype + sch.wide, margins, calfun = "raking"),
  clus1_raked = fit(clus1, ~stype + sch.wide, margins, calfun = "raking"))

# rake() gives the weights of calibrate(calfun = "raking"); its errors stop after ten rounds of taking out margins.
ipf <- rake(srs, list(~stype, ~sch.wide), list(types, wide), control = list(maxit = 1000, epsilon = 1e-13, verbose = FALSE))
stopifnot(all.equal(as.numeric(weights(ipf)), as.numeric(weights(designs$srs_raked)), tolerance = 1e-9))
stopifnot(all.equal(as.numeric(SE(svymean(~api00, ipf))), as.numeric(SE(svymean(~api00, designs$srs_raked))), tolerance = 1e-6))

save(do.call(rbind, lapply(names(designs)[-(1:4)], function(name)
  data.frame(design = name, row = seq_len(nrow(designs[[name]])), weight = as.numeric(weights(designs[[name]]))))), "api_weights.csv")
trimmed <- trimWeights(designs$clus1_linear, lower = 30, upper = 45, strict = TRUE)
save(data.frame(row = seq_len(nrow(clus1)), weight = as.numeric(weights(trimmed))), "api_trimmed.csv")

# An estimate with its interval: t, on the logit scale for a share; df of the psu and strata that hold valid answers.
row <- function(estimate, part, statistic, n) {
  df <- degf(part)
  value <- as.numeric(coef(estimate)); se <- as.numeric(SE(estimate))
  half <- if (df > 0) qt(0.975, df) * se else NA
  ends <- c(value - half, value + half)
  if (statistic == "share") ends <- if (value > 0 && value < 1 && df > 0) plogis(qlogis(value) + c(-1, 1) * half / (value * (1 - value))) else c(NA, NA)
  data.frame(estimate = value, se = se, df = df, lower = ends[1], upper = ends[2], n = n, population = sum(weights(part, "sampling")))
}
figures <- function(name, design, by, statistic, item) {
  data <- design$variables
  sides <- strsplit(item, "/")[[1]]
  found <- if (by == "") "all" else sort(unique(as.character(data[[by]])))
  do.call(rbind, lapply(found, function(domain) {
    inside <- if (by == "") TRUE else data[[by]] == domain
    kept <- inside & rowSums(is.na(data[sides])) == 0
    if (!any(kept)) return(NULL)
    design$variables$y <- ifelse(kept, data[[sides[1]]], 0)  # a calibrated design keeps the rows of no weight
    design$variables$x <- ifelse(kept, data[[sides[length(sides)]]], 0)
    part <- subset(design, kept)
    estimate <- switch(statistic, mean = , share = svymean(~y, part), total = svytotal(~y, part),
                       change = svymean(~I(y - x), part), ratio = svyratio(~y, ~x, part))
    if (statistic == "share" && coef(estimate) > 0 && coef(estimate) < 1)  # the closed form is svyciprop's "xlogit"
      stopifnot(all.equal(as.numeric(confint(svyciprop(~y, part, method = "xlogit", df = degf(part)))),
                          unlist(row(estimate, part, statistic, 0)[c("lower", "upper")]), check.attributes = FALSE, tolerance = 1e-10))
    cbind(design = name, by = by, domain = domain, statistic = statistic, item = item, row(estimate, part, statistic, sum(kept)))
  }))
}
every <- function(designs, items, groups) do.call(rbind, lapply(names(designs), function(name) do.call(rbind, lapply(groups, function(by)
  do.call(rbind, lapply(names(items), function(statistic) do.call(rbind, lapply(items[[statistic]], function(item)
    figures(name, designs[[name]], by, statistic, item)))))))))
items <- list(mean = c("api00", "acs.46", "enroll"), total = c("enroll", "one"), share = "awards", change = "api00/api99", ratio = "api.stu/enroll")
estimates <- every(designs, items, c("", "stype"))

# The example study: strata by size, raked to size and region.
example <- read.csv("example.csv", stringsAsFactors = FALSE)
plain <- svydesign(ids = ~respondent, strata = ~stratum, weights = ~start, nest = TRUE,
                   fpc = ~I(ave(start, stratum, FUN = length) / population), data = example)
totals <- function(column) tapply(example$weight, example[[column]], sum)  # those of the register, as the weights meet them
goal <- c("(Intercept)" = sum(example$weight), setNames(totals("margin_size")[-1], paste0("margin_size", names(totals("margin_size"))[-1])),
          setNames(totals("margin_region")[-1], paste0("margin_region", names(totals("margin_region"))[-1])))
example_raked <- list(example = fit(plain, ~margin_size + margin_region, round(goal), calfun = "raking"))
stopifnot(all.equal(as.numeric(weights(example_raked$example)), example$weight, tolerance = 1e-8))
estimates <- rbind(estimates, every(example_raked, list(mean = c("now_DIGI", "now_DATA"), share = c("organised_lms", "top_DIGI"),
  change = "future_DIGI/now_DIGI"), c("", "margin_size", "margin_region")))
save(estimates, "api_estimates.csv")

# Replicate weights: the jackknife is R's own, the bootstrap's multipliers are ours.
sample <- read.csv("sample.csv", stringsAsFactors = FALSE)
sample$one <- 1
sample$fraction <- ave(sample$one, sample$stratum, FUN = sum) / sample$population
drawn <- read.csv("multipliers.csv")
drawn <- as.matrix(drawn[names(drawn) != "unit"])
boot <- svrepdesign(data = sample, weights = ~weight, repweights = drawn, combined.weights = FALSE, type = "bootstrap",
                    scale = 1 / ncol(drawn), rscales = rep(1, ncol(drawn)), mse = TRUE)
equal <- sample; equal$weight <- 1
plain <- svrepdesign(data = equal, weights = ~weight, repweights = drawn, combined.weights = FALSE, type = "bootstrap",
                     scale = 1 / ncol(drawn), rscales = rep(1, ncol(drawn)), mse = TRUE)
goal <- c("(Intercept)" = 318, sizemedium = 98, sizesmall = 160, regionnorth = 100, regionsouth = 90, regionwest = 95)
jkn <- function(design, ...) as.svrepdesign(design, type = "JKn", mse = TRUE, ...)
psu <- svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, nest = TRUE, fpc = ~fraction, data = sample)
lonely <- svydesign(ids = ~psu, strata = ~lonely, weights = ~weight, nest = TRUE, data = sample)
replicated <- list(jackknife_strat = jkn(strat), jackknife_clus1 = as.svrepdesign(clus1, type = "JK1", mse = TRUE), jackknife_psu = jkn(psu), jackknife_lonely = jkn(lonely),
                   bootstrap = boot)
wanted <- list(api = list(mean = c("api00", "acs.46"), total = "enroll", share = "awards", change = "api00/api99", ratio = "api.stu/enroll"),
               sample = list(mean = c("now", "staff"), total = "staff", share = "has", change = "future/now", ratio = "euro/staff"))
replicates <- do.call(rbind, lapply(names(replicated), function(name)
  do.call(rbind, lapply(c("", if (grepl("strat|clus1", name)) "stype" else "size"), function(by) {
    items <- wanted[[if (grepl("strat|clus1", name)) "api" else "sample"]]
    do.call(rbind, lapply(names(items), function(statistic) do.call(rbind, lapply(items[[statistic]], function(item) {
      table <- figures(name, replicated[[name]], by, statistic, item)
      table[c("df", "lower", "upper")] <- NA  # degf of replicate weights is their rank: not the rule here
      table
    }))))
  }))))
one <- function(name, by, domain, statistic, item, estimate, se, n, population)
  data.frame(design = name, by = by, domain = domain, statistic = statistic, item = item, estimate = estimate, se = se, df = NA, lower = NA, upper = NA, n = n, population = population)
for (domain in c("all", "large", "medium", "small")) for (item in c("now", "staff")) {
  part <- subset(boot, (domain == "all" | sample$size == domain) & !is.na(sample[[item]]))
  found <- svyquantile(as.formula(paste0("~", item)), part, 0.5, qrule = "school", interval.type = "quantile")
  replicates <- rbind(replicates, one("bootstrap", if (domain == "all") "" else "size", domain, "median", item, as.numeric(coef(found)), as.numeric(SE(found)), nrow(part), sum(weights(part, "sampling"))))
}
trio <- c("now", "future", "staff")
ranks <- withReplicates(boot, function(w, data) rank(-sapply(data[trio], function(x) sum((w * x)[!is.na(x)]) / sum(w[!is.na(x)])), ties.method = "min"))
for (i in 1:3) replicates <- rbind(replicates, one("bootstrap", "", "all", "rank", trio[i], as.numeric(ranks)[i], sqrt(diag(as.matrix(vcov(ranks))))[i],
  sum(!is.na(sample[[trio[i]]])), sum(sample$weight[!is.na(sample[[trio[i]]])])))
# calibrated again in each replicate
again <- calibrate(plain, ~size + region, goal, calfun = "raking", epsilon = 1e-13, maxit = 200, compress = FALSE)
for (item in c("now", "staff")) {
  part <- subset(again, !is.na(sample[[item]]))
  found <- svymean(as.formula(paste0("~", item)), part)
  replicates <- rbind(replicates, one("raked", "", "all", "mean", item, as.numeric(coef(found)), as.numeric(SE(found)), nrow(part), sum(weights(part, "sampling"))))
}
save(replicates, "api_replicates.csv")

# Several options to tick: the base is who ticked or left unticked any of them, a blank is not ticked.
ticked <- sample[c("has", "rare")]
base <- rowSums(!is.na(ticked)) > 0
ticked[is.na(ticked)] <- 0
part <- subset(svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, nest = TRUE, fpc = ~fraction, data = cbind(sample["weight"], sample[c("psu", "stratum", "fraction")], ticked)), base)
save(do.call(rbind, lapply(c("has", "rare"), function(item) cbind(item = item, row(svymean(as.formula(paste0("~", item)), part), part, "share", sum(base))))), "multiple.csv")
