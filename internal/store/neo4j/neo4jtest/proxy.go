package neo4jtest

type Proxy struct{}

func (p *Proxy) Address() string { return "" }
func (p *Proxy) Target(string)   {}
